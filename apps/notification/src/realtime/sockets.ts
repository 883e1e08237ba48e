import type { Caller, ClientToServerEvents, Problem, Refused, ServerToClientEvents } from '@app/contracts';
import { type DomainError, problemOf } from '@app/common';
import { SubscribeMessage } from '@nestjs/websockets';
import type { DefaultEventsMap, Server, Socket } from 'socket.io';

/** What is known of a socket from its handshake. */
export interface SocketData {
  caller: Caller;
}

export type PushServer = Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;
export type PushSocket = Socket<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;

/** Gives the client its answer. */
export type Reply = (reply: object) => void;

export type Request = keyof ClientToServerEvents;

/** Every request of the contract; the record makes a new one that is forgotten here not compile. */
const REQUESTS: Record<Request, true> = {
  subscribe: true,
  unsubscribe: true,
  authenticate: true,
  watch: true,
  unwatch: true,
  presence: true,
  watchImport: true,
  unwatchImport: true,
};

export function isRequest(event: string): event is Request {
  return Object.hasOwn(REQUESTS, event);
}

/** Nest's SubscribeMessage, for the requests of the contract only. */
export function On(request: Request): MethodDecorator {
  return SubscribeMessage(request);
}

/** An acknowledgement as it comes off the wire: who sent no callback gets no answer. */
export function acknowledge(ack: unknown): Reply {
  return isReply(ack) ? ack : () => undefined;
}

function isReply(ack: unknown): ack is Reply {
  return typeof ack === 'function';
}

export function refused(error: DomainError): Refused {
  return { ok: false, error: problemOf(error) };
}

/** What the middleware of a handshake hands to `connect_error`: its `data` is the problem, with `code`. */
export class ConnectError extends Error {
  readonly data: Problem;

  constructor(error: DomainError) {
    super(error.detail);
    this.data = problemOf(error);
  }
}
