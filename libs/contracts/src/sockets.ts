import type { Cursor, LedgerEvent } from './event.dto';
import type { Problem } from './errors';
import type { ImportProgress, ImportWatched, WatchImport } from './import.dto';
import type { Item } from './item.dto';

/** Rooms that exist: everything, and one item. */
export type Room = 'items' | `item:${string}`;

export interface Subscribe {
  room: string;
  /** Go on after this place; without it, from now with a snapshot. */
  since?: Cursor;
  /** Several events in one message. */
  batch?: boolean;
}

export interface Subscribed {
  ok: true;
  room: string;
  epoch: string;
  /** The events that follow continue from here. */
  position: number;
  /** Of `item:<id>` without `since` or after a reset; null when the item does not exist any more. */
  snapshot?: Item | null;
  /** `since` could not be continued: what was before `position` is in the snapshot only. */
  reset?: true;
}

export interface Refused {
  ok: false;
  error: Problem;
}

export type Ack<Reply> = (reply: Reply | Refused) => void;

export interface ClientToServerEvents {
  subscribe: (request: Subscribe, ack: Ack<Subscribed>) => void;
  unsubscribe: (request: { room: string }, ack: Ack<{ ok: true }>) => void;
  authenticate: (request: { token: string }, ack: Ack<{ ok: true }>) => void;
  watchImport: (request: WatchImport, ack: Ack<ImportWatched>) => void;
  unwatchImport: (request: WatchImport, ack: Ack<{ ok: true }>) => void;
}

export interface ServerToClientEvents {
  event: (event: LedgerEvent & { room: string }) => void;
  events: (batch: { room: string; events: LedgerEvent[] }) => void;
  /** All events of the socket's rooms up to here were sent before this message. */
  position: (cursor: Cursor) => void;
  /** Read too slowly: the subscription ended at this position. */
  lagged: (place: { room: string; position: number }) => void;
  /** How far a watched import is, whenever that has changed; the last one says done or failed. */
  import: (progress: ImportProgress) => void;
}
