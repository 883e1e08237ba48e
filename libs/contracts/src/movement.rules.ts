import { ValidateBy, type ValidationArguments } from 'class-validator';

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

/** A quantity that makes sense for the line's type. */
export function IsLineQuantity(): PropertyDecorator {
  const message = 'must be at least 1 (adjust: not 0; count: 0 or more)';
  return crossField('lineQuantity', message, ({ type, quantity }) => {
    if (typeof quantity !== 'number') return false;
    if (type === 'adjust') return quantity !== 0;
    return quantity >= (type === 'count' ? 0 : 1);
  });
}

/** Whether a movement, flat or with lines, adjusts: that needs a reason. */
export function adjusts(movement: Raw): boolean {
  const lines: unknown[] = Array.isArray(movement.lines) ? movement.lines : [movement];
  return lines.some((line) => typeof line === 'object' && line !== null && (line as Raw).type === 'adjust');
}
