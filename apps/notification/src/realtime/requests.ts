import { invalid } from '@app/common';
import { isId, type Cursor, type Room } from '@app/contracts';
import { BOUNDS } from './bounds';

/** A room that can be subscribed to; `itemId` for that of one item. */
export interface Place {
  room: Room;
  itemId?: string;
}

export interface SubscribeRequest extends Place {
  since?: Cursor;
  batch: boolean;
}

const EPOCH_LENGTH = 64;

/** @throws DomainError `validation` that names the field */
export function readSubscribe(payload: unknown): SubscribeRequest {
  const { room, since, batch } = members(payload, ['room', 'since', 'batch']);
  if (batch !== undefined && typeof batch !== 'boolean') throw invalid('batch', 'must be true or false');
  return {
    ...readRoom(room),
    ...(since !== undefined && { since: readCursor(since) }),
    batch: batch ?? false,
  };
}

/** @throws DomainError `validation` that names the field */
export function readUnsubscribe(payload: unknown): Place {
  return readRoom(members(payload, ['room']).room);
}

/** @throws DomainError `validation` that names the field */
export function readToken(payload: unknown): string {
  const { token } = members(payload, ['token']);
  if (typeof token !== 'string' || token === '' || token.length > BOUNDS.tokenLength)
    throw invalid('token', `must be text of 1 to ${BOUNDS.tokenLength} characters`);
  return token;
}

function readRoom(room: unknown): Place {
  if (room === 'items') return { room };
  const itemId = typeof room === 'string' && room.startsWith('item:') ? room.slice('item:'.length) : undefined;
  if (!isId(itemId)) throw invalid('room', 'must be items, or item: and an id of 24 hexadecimal digits');
  return { room: `item:${itemId}`, itemId };
}

function readCursor(since: unknown): Cursor {
  const { epoch, position } = members(since, ['epoch', 'position'], 'since');
  if (typeof epoch !== 'string' || epoch === '' || epoch.length > EPOCH_LENGTH)
    throw invalid('since.epoch', `must be text of 1 to ${EPOCH_LENGTH} characters`);
  if (!Number.isSafeInteger(position) || Number(position) < 0)
    throw invalid('since.position', `must be a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`);
  return { epoch, position: Number(position) };
}

/** The members of an object that has no others than those named. */
function members(payload: unknown, known: string[], path?: string): Record<string, unknown> {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload))
    throw invalid(path ?? 'request', `must be an object with ${known.join(', ')}`);
  const unknown = Object.keys(payload).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    const name = unknown.slice(0, 64);
    throw invalid(path === undefined ? name : `${path}.${name}`, 'is not a known field');
  }
  return { ...payload };
}
