import { invalid } from '@app/common';
import type { IfMatch } from '@app/contracts';

/** The version of an item, opaque to clients: its seq, within the ledger's epoch, changes with every event. */
export function etagOf(seq: number, epoch: string): string {
  return `"${seq.toString(36)}-${epoch}"`;
}

/** One entity tag: an optional weakness mark and anything visible but quotes between quotes. */
const TAG = /\s*(W\/)?("[\x21\x23-\x7e\x80-\xff]*")\s*(,|$)/y;

interface Tag {
  weak: boolean;
  opaque: string;
}

/** The tags of a header; `*` for any; undefined when it is malformed. */
function parse(header: string): Tag[] | '*' | undefined {
  if (header.trim() === '*') return '*';
  const tags: Tag[] = [];
  TAG.lastIndex = 0;
  while (TAG.lastIndex < header.length) {
    const [, weak, opaque] = TAG.exec(header) ?? [];
    if (opaque === undefined) return undefined;
    tags.push({ weak: weak !== undefined, opaque });
  }
  return tags.length > 0 ? tags : undefined;
}

/** Whether `If-None-Match` names the version that the client would get. Weak comparison, as RFC 9110 has it for reads. */
export function isUnchanged(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header === etag) return true;
  const tags = parse(header);
  return tags === '*' || (tags?.some(({ opaque }) => opaque === etag) ?? false);
}

/**
 * The seqs that an `If-Match` accepts; undefined for any. Strong comparison, as RFC 9110 has it for writes: weak tags match nothing, and neither do
 * those of another epoch.
 * @throws DomainError `validation` for a malformed header: passing it over would be to write unconditionally
 */
export function ifMatchOf(header: string, epoch: string): IfMatch | undefined {
  const tags = parse(header);
  if (tags === undefined) throw invalid('If-Match', 'must be * or a list of entity tags as ETag gave them');
  if (tags === '*') return undefined;
  return tags.flatMap(({ weak, opaque }) => {
    const [, seq] = /^"([0-9a-z]{1,11})-/.exec(opaque) ?? [];
    const number = Number.parseInt(seq ?? '', 36);
    return !weak && Number.isSafeInteger(number) && etagOf(number, epoch) === opaque ? [number] : [];
  });
}
