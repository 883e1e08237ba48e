import type { Socket } from 'socket.io-client';
import type { StockEvent } from './item';
import type { Problem } from './problem.errors';
import type { components } from './schema';

type Schemas = components['schemas'];

/** A place in a ledger: kept, it is where another subscription goes on. */
export type Cursor = Schemas['Cursor'];
export type Subscribed = Schemas['Subscribed'];
/** An item has become low or has recovered, or has fallen to what is watched for (`threshold`). */
export type Alert = Schemas['Alert'];
/** Somebody who is in a room and said so; two tabs of one user are two. */
export type Member = Schemas['Member'];
/** How far an import is; the last one is `done` or `failed`. */
export type ImportProgress = Schemas['ImportProgress'];

export type Reply<Ok> = Ok | { ok: false; error: Problem };

export interface ServerEvents {
  events: (batch: { room: string; events: StockEvent[] }) => void;
  alert: (alert: Alert) => void;
  unwatched: (watch: { itemId: string }) => void;
  position: (cursor: Cursor) => void;
  lagged: (place: { room: string }) => void;
  presence: (presence: { room: string; members: Member[] }) => void;
  import: (progress: ImportProgress) => void;
}

/** What can be asked, and how it is answered. */
export interface Requests {
  subscribe: (request: { room: string; since?: Cursor; batch: boolean }) => Subscribed;
  unsubscribe: (request: { room: string }) => { ok: true };
  authenticate: (request: { token: string }) => { ok: true };
  watch: (request: Schemas['Watch']) => Schemas['Watched'];
  unwatch: (request: Schemas['Unwatch']) => { ok: true };
  presence: (request: Schemas['Announce']) => Schemas['Announced'];
  watchImport: (request: Schemas['WatchImport']) => Schemas['ImportWatched'];
  unwatchImport: (request: Schemas['WatchImport']) => { ok: true };
}

type ClientEvents = {
  [Name in keyof Requests]: (
    request: Parameters<Requests[Name]>[0],
    ack: (reply: Reply<ReturnType<Requests[Name]>>) => void,
  ) => void;
};
export type StockSocket = Socket<ServerEvents, ClientEvents>;
