import { Cursor } from './event.dto';
import { ImportProgress, ImportWatched, WatchImport } from './import.dto';
import {
  Acknowledged,
  Alert,
  Announce,
  Announced,
  Authenticate,
  EventBatch,
  Lagged,
  Presence,
  RoomEvent,
  Subscribe,
  Subscribed,
  Unsubscribe,
  Unwatch,
  Watch,
  Watched,
  type ClientToServerEvents,
  type Refused,
  type ServerToClientEvents,
} from './sockets';

type DtoClass<Body> = new () => Body;
type Request<Name extends keyof ClientToServerEvents> = Parameters<ClientToServerEvents[Name]>;
type Payload<Name extends keyof ServerToClientEvents> = Parameters<ServerToClientEvents[Name]>[0];

/** One message of the socket, as it is documented. */
export interface SocketMessage<Body = unknown> {
  about: string;
  payload: DtoClass<Body>;
}

/** A message that is acknowledged: with `reply`, or with `Refused`. */
export interface SocketRequest<Body = unknown, Reply = unknown> extends SocketMessage<Body> {
  reply: DtoClass<Reply>;
}

/** The document of the sockets is made from these two: a name of the maps that is forgotten here does not compile. */
export const SOCKET_REQUESTS: {
  readonly [Name in keyof ClientToServerEvents]: SocketRequest<
    Request<Name>[0],
    Exclude<Parameters<Request<Name>[1]>[0], Refused>
  >;
} = {
  subscribe: { payload: Subscribe, reply: Subscribed, about: 'Follow a room. Again for the same room: replaces it.' },
  unsubscribe: { payload: Unsubscribe, reply: Acknowledged, about: 'Leave a room.' },
  authenticate: {
    payload: Authenticate,
    reply: Acknowledged,
    about: 'A fresh token, so that the connection outlives the first.',
  },
  watch: {
    payload: Watch,
    reply: Watched,
    about: 'An `alert` whenever available falls to or below `below`, again only after it rose to `rearmAt`.',
  },
  unwatch: { payload: Unwatch, reply: Acknowledged, about: 'No more of these alerts.' },
  presence: { payload: Announce, reply: Announced, about: 'Say in a room what you are doing there; `null` leaves.' },
  watchImport: {
    payload: WatchImport,
    reply: ImportWatched,
    about: 'How far an import is, now and whenever that changes. Managers.',
  },
  unwatchImport: { payload: WatchImport, reply: Acknowledged, about: 'No more of this import.' },
};

export const SOCKET_EVENTS: { readonly [Name in keyof ServerToClientEvents]: SocketMessage<Payload<Name>> } = {
  event: { payload: RoomEvent, about: 'One event of a room, in order, once.' },
  events: { payload: EventBatch, about: 'Instead of `event`, for rooms subscribed to with `batch: true`.' },
  alert: { payload: Alert, about: 'An item has become low, or has recovered, or a watch of yours says so.' },
  unwatched: { payload: Unwatch, about: 'A watch of yours was ended, whichever of your sockets asked for that.' },
  position: { payload: Cursor, about: 'Every 5 s: all events of your rooms up to here were sent before this message.' },
  lagged: { payload: Lagged, about: 'You read too slowly: the subscription has ended. Subscribe again from there.' },
  presence: { payload: Presence, about: 'Who is in a room and what they do, whenever that changes.' },
  import: { payload: ImportProgress, about: 'How far a watched import is; the last one says done or failed.' },
};
