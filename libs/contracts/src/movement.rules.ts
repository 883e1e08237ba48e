import { ValidateBy, type ValidationArguments } from 'class-validator';
import { MAIN } from './item.dto';

/** An object under validation: anything may have arrived in it. */
type Raw = Record<string, unknown>;

function crossField(name: string, message: string, holds: (object: Raw) => boolean): PropertyDecorator {
  return ValidateBy({
    name,
    validator: {
      validate: (_, args?: ValidationArguments) => args !== undefined && holds(args.object as Raw),
      defaultMessage: () => message,
    },
  });
}

/** Whether a line leaves it to `itemId` to say which item is meant. */
export function namesNoItem(line: Raw): boolean {
  return line.sku === undefined && line.barcode === undefined;
}

/** Exactly one of itemId, sku and barcode: two that disagree would leave it open which one moved. */
export function IsOnlyTarget(): PropertyDecorator {
  return crossField('onlyTarget', 'only one of itemId, sku and barcode may be given', (line) => {
    return [line.itemId, line.sku, line.barcode].filter((target) => target !== undefined).length === 1;
  });
}

/** `toLocation` belongs to a transfer, and leads somewhere else. */
export function IsOtherPlace(): PropertyDecorator {
  const message = 'is for a transfer only, and must be another location than `location`';
  return crossField('otherPlace', message, ({ type, location = MAIN, toLocation }) => {
    return type === 'transfer' && toLocation !== location;
  });
}

/** Goods that go where they are do not go. */
export function LeadsElsewhere(): PropertyDecorator {
  return crossField('leadsElsewhere', 'must be another location than `from`', ({ from, to }) => to !== from);
}

/** Only a count finds less than is reserved. */
export function IsForCount(): PropertyDecorator {
  return crossField('forCount', 'is for a count only', ({ type }) => type === 'count');
}

/** Whether a line must say where its pieces go. */
export function transfers({ type }: Raw): boolean {
  return type === 'transfer';
}

/** A quantity that makes sense for the line's type. */
export function IsLineQuantity(): PropertyDecorator {
  const message = 'must be at least 1 (adjust: not 0; count: 0 or more)';
  return crossField('lineQuantity', message, ({ type, quantity }) => {
    if (typeof quantity !== 'number') return false;
    if (type === 'adjust') return quantity !== 0;
    return quantity >= (type === 'count' ? 0 : 1);
  });
}

const WITH_REASON: readonly unknown[] = ['adjust', 'set_aside', 'put_back'];

/** Whether a movement, flat or with lines, does what nobody understands later without a reason. */
export function needsReason(movement: Raw): boolean {
  const lines: unknown[] = Array.isArray(movement.lines) ? movement.lines : [movement];
  return lines.some((line) => typeof line === 'object' && line !== null && WITH_REASON.includes((line as Raw).type));
}
