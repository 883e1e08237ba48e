import { invalid } from '@app/common';
import { createHash } from 'node:crypto';

/** What a question asks for, apart from how much of it at a time. */
export type Question = Readonly<Record<string, string | number | boolean | undefined>>;
/** Where a page begins. */
export type Place = readonly (string | number | null)[];

/** A cursor that is only good for the question it was made for: with another filter it would show a page of neither. */
export function boundCursor(question: Question, place: Place): string {
  return Buffer.from(JSON.stringify([markOf(question), ...place])).toString('base64url');
}

/**
 * Where the page begins that a cursor asks for.
 * @param read makes a place of its parts; undefined when these are no place of this list
 * @throws DomainError `validation` for a cursor that this question did not make
 */
export function placeIn<Found>(question: Question, cursor: string, read: (parts: Place) => Found | undefined): Found {
  const [mark, ...parts] = partsOf(cursor) ?? [];
  const place = mark === markOf(question) ? read(parts) : undefined;
  if (place === undefined) throw invalid('cursor', 'is not one that a page of this question has given');
  return place;
}

function partsOf(cursor: string): Place | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const plain = (part: unknown): boolean => part === null || typeof part === 'string' || Number.isSafeInteger(part);
    return Array.isArray(parts) && parts.every(plain) ? (parts as Place) : undefined;
  } catch {
    return undefined;
  }
}

/** Against mistakes, not against forgery: who makes a cursor by hand sees no more than by asking. */
function markOf(question: Question): string {
  const asked = Object.entries(question).filter(([, value]) => value !== undefined);
  const text = JSON.stringify(asked.sort(([one], [other]) => (one < other ? -1 : 1)));
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}
