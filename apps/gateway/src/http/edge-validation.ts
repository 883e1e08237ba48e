import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import type { Dto } from './quick-reader';
import { insistOnKeysOnce, validated } from './validation';

/**
 * Bodies and queries become valid instances of their DTO class: once, here at the edge. Nest's own pipe does the same at
 * the same price, but takes `constructor` for a known key.
 */
@Injectable()
export class ValidationPipe implements PipeTransform {
  transform(value: unknown, { type, metatype, data }: ArgumentMetadata): unknown {
    if ((type !== 'body' && type !== 'query') || data !== undefined || !isDto(metatype)) return value;
    if (type === 'query') insistOnKeysOnce(value as Record<string, unknown>);
    if (readsItself(metatype)) return metatype.read(value);
    return type === 'query' && isEmpty(value) ? empty(metatype) : validated(metatype, value, type);
  }
}

/** A DTO whose keys are not all known beforehand. */
function readsItself(type: Dto<object>): type is Dto<object> & { read: (value: unknown) => object } {
  return 'read' in type && typeof type.read === 'function';
}

/** Most requests have no query, and what comes of none is always the same. */
const empties = new WeakMap<Dto<object>, object>();

function empty(type: Dto<object>): object {
  const known = empties.get(type);
  if (known) return known;
  const instance = Object.freeze(validated(type, {}, 'query'));
  empties.set(type, instance);
  return instance;
}

function isEmpty(value: unknown): boolean {
  for (const _ in value as object) return false;
  return true;
}

const BUILT_IN = new Set<unknown>([String, Number, Boolean, Array, Object]);

function isDto(metatype: unknown): metatype is Dto<object> {
  return typeof metatype === 'function' && !BUILT_IN.has(metatype);
}
