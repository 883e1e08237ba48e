import { invalid } from '@app/common';
import {
  Announce,
  isId,
  isLocationCode,
  isText,
  LIMITS,
  LOCATION_CODE_RULE,
  Unwatch,
  Watch,
  type Cursor,
} from '@app/contracts';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { ALL, itemPlace, type Place } from '../feed/place';
import { BOUNDS } from './bounds';

export interface SubscribeRequest {
  place: Place;
  since?: Cursor;
  batch: boolean;
}

const EPOCH_LENGTH = 64;

/** @throws DomainError `validation` that names the field */
export function readSubscribe(payload: unknown): SubscribeRequest {
  const { room, since, batch } = members(payload, ['room', 'since', 'batch']);
  if (batch !== undefined && typeof batch !== 'boolean') throw invalid('batch', 'must be true or false');
  return {
    place: readRoom(room),
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

/** @throws DomainError `validation` that names the field */
export function readWatch(payload: unknown): Required<Watch> {
  const { itemId, below, rearmAt } = checked(Watch, members(payload, ['itemId', 'below', 'rearmAt']));
  if (rearmAt !== undefined && rearmAt <= below) throw invalid('rearmAt', 'must be above below');
  return { itemId, below, rearmAt: rearmAt ?? below + 1 };
}

/** @throws DomainError `validation` that names the field */
export function readUnwatch(payload: unknown): Unwatch {
  return checked(Unwatch, members(payload, ['itemId']));
}

/** @throws DomainError `validation` that names the field */
export function readAnnounce(payload: unknown): { place: Place; activity: string | null } {
  const { room, activity } = members(payload, ['room', 'activity']);
  const place = readRoom(room);
  return { place, activity: checked(Announce, { room, activity }).activity };
}

/** What the rules of the contract's class make of it; for the requests that are rare. */
function checked<Dto extends object>(type: new () => Dto, value: Record<string, unknown>): Dto {
  // All are flat; and class-transformer would call a `constructor` that something nested brings along.
  const nested = Object.keys(value).find((key) => typeof value[key] === 'object' && value[key] !== null);
  if (nested !== undefined) throw invalid(nested, 'must not be an object');
  const instance = plainToInstance(type, value);
  const [error] = validateSync(instance, { forbidUnknownValues: false });
  if (error) throw invalid(error.property, Object.values(error.constraints ?? {})[0] ?? 'is not valid');
  return instance;
}

const ROOMS = 'must be items, alerts, item:<id>, location:<code> or category:<name>';

function readRoom(room: unknown): Place {
  if (room === 'items') return { room, kind: 'items', filter: ALL };
  if (room === 'alerts') return { room, kind: 'alerts', filter: { alerts: true } };
  if (typeof room !== 'string') throw invalid('room', ROOMS);
  const at = room.indexOf(':');
  const [kind, name] = [room.slice(0, at), room.slice(at + 1)];
  switch (kind) {
    case 'item':
      if (!isId(name)) throw invalid('room', 'must name the item by an id of 24 hexadecimal digits');
      return itemPlace(name);
    case 'location':
      if (!isLocationCode(name)) throw invalid('room', `names no location: its code ${LOCATION_CODE_RULE}`);
      return { room: `location:${name}`, kind, filter: { location: name } };
    case 'category': {
      const category = name.normalize('NFC');
      if (!isText(category, 1, LIMITS.category))
        throw invalid('room', `must name the category by 1 to ${LIMITS.category} characters, none of them a control`);
      return { room: `category:${category}`, kind, filter: { category } };
    }
    default:
      throw invalid('room', ROOMS);
  }
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
