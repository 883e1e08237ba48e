/** What a client may make this process do and keep, each in one place. */
export const BOUNDS = {
  /** Bytes of one message from a client; engine.io ends a connection that sends more. */
  messageBytes: 16_384,
  roomsPerSocket: 200,
  /** Sockets present in one room, over all processes; and of this process in all rooms together. */
  membersPerRoom: 100,
  members: 10_000,
  /** Changes of presence of one socket: so many at once, then so many a second. */
  presences: { burst: 20, perSecond: 5 },
  /** Requests of one socket under way or waiting. */
  requestsPerSocket: 1_000,
  /** Messages of one socket: so many at once, then so many a second. Who goes on regardless is disconnected. */
  messages: { burst: 2_500, perSecond: 250, ignored: 10_000 },
  /** New connections of the whole process. */
  handshakes: { burst: 2_000, perSecond: 1_000 },
  /** Credentials under examination at the same time, and waiting for that. */
  authentications: { places: 32, queue: 2_000, patienceMs: 3_000 },
  tokenLength: 4_096,
  connectTimeoutMs: 5_000,
  pingIntervalMs: 20_000,
  pingTimeoutMs: 20_000,
} as const;

/** What waits to be read by clients, in bytes (of what engine.io and TCP keep; broadcasts share theirs). */
export const OUTBOX = {
  /** Below this a socket has room for more of the past. */
  low: 65_536,
  /** Above this its live subscriptions end as lagged. */
  high: 1_048_576,
  /** Above this it is disconnected: not even acknowledgements may pile up. */
  most: 4_194_304,
  /** All sockets together: above this, whoever is above `low` counts as too slow. */
  total: 134_217_728,
} as const;

/** Catching up: events a step, and steps in one turn of the event loop, so that live events of others do not wait. */
export const CATCH_UP = { events: 128, steps: 4, retry: { firstMs: 50, mostMs: 1_000 } } as const;

/** Events and characters of one `events` message. */
export const BATCH = { events: 256, size: 131_072 } as const;

/** A subscription is answered within 2 s; so long it may wait for the first word of the ledger. */
export const START_MS = 1_200;
export const HEARTBEAT_MS = 5_000;
export const SWEEP_MS = 1_000;
/** A room is told of presence at most so often; a process or a socket that is not heard of for `silentMs` is not present any more. */
export const PRESENCE = { tellMs: 100, beatMs: 2_000, silentMs: 6_000 } as const;
/** How soon a watch that was set through another process is known here. */
export const WATCHES_POLL_MS = 1_000;
