import { invalid } from '@app/common';
import { LIMITS, isId } from '@app/contracts';
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
