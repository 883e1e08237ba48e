import { invalid } from '@app/common';
import { LIMITS, LOCATION_CODE_RULE, isId, isLocationCode } from '@app/contracts';
import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';

/** An id in a path. */
@Injectable()
export class IdPipe implements PipeTransform {
  transform(value: unknown, { data }: ArgumentMetadata): string {
    if (!isId(value)) throw invalid(data ?? 'id', 'must be an id of 24 hexadecimal digits');
    return value;
  }
}

/** A sku or barcode in a path. */
@Injectable()
export class CodePipe implements PipeTransform {
  transform(value: unknown, { data = 'code' }: ArgumentMetadata): string {
    const longest = LIMITS.sku;
    if (typeof value !== 'string' || value.length > longest || !/^[\x21-\x7e]+$/.test(value)) {
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
