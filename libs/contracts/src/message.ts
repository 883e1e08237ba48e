/**
 * A message over Nest TCP, with the types of what goes and what comes back. Nest tries to JSON.parse a string pattern
 * for each message, and throwing on `'items.get'` halves its throughput: so the wire carries numeric strings.
 */
export interface Message<Request, Reply> {
  readonly name: string;
  readonly pattern: string;
  /** Whether it changes the ledger, or what lies beside it. */
  readonly writes: boolean;
  /** Whether of several inventories the one that holds the lease answers: it writes, and is the first to know what happened. */
  readonly forWriter: boolean;
  /** Whether who asks waits, also while the database says nothing. */
  readonly patient: boolean;
  /** Only for the compiler: never set. */
  readonly types?: { request: Request; reply: Reply };
}

export function message<Request, Reply>(pattern: number, name: string): Message<Request, Reply> {
  return { name, pattern: String(pattern), writes: false, forWriter: false, patient: false };
}

/** A question to the one that writes. */
export function question<Request, Reply>(pattern: number, name: string): Message<Request, Reply> {
  return { ...message<Request, Reply>(pattern, name), forWriter: true };
}

/** A message for the one that writes. */
export function command<Request, Reply>(pattern: number, name: string): Message<Request, Reply> {
  return { ...question<Request, Reply>(pattern, name), writes: true };
}

/** Who asks waits, also while the database says nothing. */
export function patient<Request, Reply>(one: Message<Request, Reply>): Message<Request, Reply> {
  return { ...one, patient: true };
}

export type RequestOf<M> = M extends Message<infer Request, unknown> ? Request : never;
export type ReplyOf<M> =
  M extends Message<never, infer Reply> ? Reply : M extends Message<infer _, infer Reply> ? Reply : never;

/** What every packet carries beside its own content. */
export interface Packet<Request = unknown> {
  /** The internal token: who cannot show it is not answered. */
  token: string;
  requestId: string;
  body: Request;
  /** W3C's `traceparent` of the call, when it is traced. */
  traceparent?: string;
  /** Milliseconds that the caller waits, where that is not what everybody waits. */
  waitMs?: number;
  /** Passed on by another inventory: it is not passed on once more. */
  relayed?: boolean;
}
