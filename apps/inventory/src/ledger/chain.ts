import type { LedgerEvent } from '@app/contracts';
import { createHash } from 'node:crypto';

/** The hash before the first event. */
export const GENESIS = '0'.repeat(64);

/** JSON with the keys of every object sorted: equal values give equal text, whatever order they were built in. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const keys = Object.keys(value).sort();
  const members = keys
    .filter((key) => (value as Record<string, unknown>)[key] !== undefined)
    .map((key) => `${JSON.stringify(key)}:${canonicalJson((value as Record<string, unknown>)[key])}`);
  return `{${members.join(',')}}`;
}

/**
 * hash = sha256(previous hash, newline, canonical event), hexadecimal. The epoch is left out: it is stamped on the way out, and
 * a restored backup keeps its chain.
 */
export function chainHash(previous: string, event: Omit<LedgerEvent, 'epoch'>): string {
  const { epoch: _, ...facts } = event as LedgerEvent;
  return createHash('sha256')
    .update(`${previous}\n${canonicalJson(facts)}`)
    .digest('hex');
}
