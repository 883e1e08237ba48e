import { DomainError, invalid } from '@app/common';
import { LIMITS, type Caller } from '@app/contracts';
import { hash, randomUUID } from 'node:crypto';

/** Characters of an operation id and of a fingerprint: 128 bits. */
const HEX = 32;
/** Hexadecimal digits of milliseconds since 1970, enough until the year 10889. */
const TIME_HEX = 12;
const VISIBLE = /^[\x21-\x7e]+$/;

/**
 * The `Idempotency-Key` of a request.
 * @throws DomainError `idempotency-key-invalid`; a header sent twice arrives joined by a comma and a space, which no key contains
 */
export function idempotencyKeyOf(headers: Readonly<Record<string, string | string[] | undefined>>): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || key.length > LIMITS.idempotencyKey || !VISIBLE.test(key)) {
    throw new DomainError(
      'idempotency-key-invalid',
      `Idempotency-Key must be sent once and have 1 to ${LIMITS.idempotencyKey} visible ASCII characters.`,
    );
  }
  return key;
}

/** The operation that a caller's key stands for. JSON keeps the parts apart, so no two callers can meet in one id. */
export function keyedOperationId({ kind, id }: Pick<Caller, 'kind' | 'id'>, key: string): string {
  return sha256(JSON.stringify([kind, id, key]));
}

/** A new operation's id: begins with the time, so that the index of the operations grows at one end. */
export function newOperationId(now: number): string {
  return now.toString(16).padStart(TIME_HEX, '0') + randomUUID().replaceAll('-', '').slice(TIME_HEX);
}

/** What makes two requests the same one: method, path (of the plain route) and content, however its members are ordered. */
export function fingerprintOf(method: string, path: string, body: unknown): string {
  return sha256(`${method} ${path}\n${canonical(body)}`);
}

/** JSON with sorted keys. The depth of a body was bounded when it was parsed. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join()}}`;
}

function sha256(text: string): string {
  return hash('sha256', text).slice(0, HEX);
}

/**
 * The position that an `X-Min-Position` header asks for.
 * @throws DomainError `validation` unless it is a whole number
 */
export function minPositionOf(headers: Readonly<Record<string, string | string[] | undefined>>): number | undefined {
  const text = headers['x-min-position'];
  if (text === undefined) return undefined;
  if (typeof text !== 'string' || !/^\d{1,15}$/.test(text))
    throw invalid('X-Min-Position', 'must be a position: a whole number');
  return Number(text);
}
