import { invalid } from '@app/common';
import { ID_SCHEMA, LIMITS, LOCATION_CODE_RULE, LOCATION_CODE_SCHEMA, isId, isLocationCode } from '@app/contracts';
import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';

/** An id in a path. */
@Injectable()
export class IdPipe implements PipeTransform {
  transform(value: unknown, { data }: ArgumentMetadata): string {
    if (!isId(value)) throw invalid(data ?? 'id', 'must be an id of 24 hexadecimal digits');
    return value;
  }
}

const CODE = /^[\x21-\x7e]+$/;
const CODE_SCHEMA = { type: 'string', minLength: 1, maxLength: LIMITS.sku, pattern: CODE.source } as const;

/** A sku or barcode in a path. */
@Injectable()
export class CodePipe implements PipeTransform {
  transform(value: unknown, { data = 'code' }: ArgumentMetadata): string {
    const longest = LIMITS.sku;
    if (typeof value !== 'string' || value.length > longest || !CODE.test(value)) {
      throw invalid(data, `must be 1 to ${longest} visible ASCII characters without spaces`);
    }
    return value;
  }
}

/** The code of a location in a path. */
@Injectable()
export class LocationCodePipe implements PipeTransform {
  transform(value: unknown, { data }: ArgumentMetadata): string {
    if (!isLocationCode(value)) throw invalid(data ?? 'code', LOCATION_CODE_RULE);
    return value;
  }
}

/** A position of the ledger in a path. */
@Injectable()
export class PositionPipe implements PipeTransform {
  transform(value: unknown, { data }: ArgumentMetadata): number {
    if (typeof value !== 'string' || !/^[1-9]\d{0,14}$/.test(value))
      throw invalid(data ?? 'position', 'must be a position: a whole number from 1');
    return Number(value);
  }
}

/** What the document says of a parameter in a path, where its route says nothing more: what the pipes above take. */
export function pathSchema(path: string, name: string): object | undefined {
  if (name === 'id') return ID_SCHEMA;
  if (name === 'sku' || name === 'code') return path.includes('/locations/') ? LOCATION_CODE_SCHEMA : CODE_SCHEMA;
  return undefined;
}
