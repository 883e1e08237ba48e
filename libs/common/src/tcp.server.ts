import type { Message, Operation, Packet } from '@app/contracts';
import { MessagePattern, ServerTCP, type CustomStrategy, type TcpSocket } from '@nestjs/microservices';
import { timingSafeEqual, createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { Histogram, type Registry } from 'prom-client';
import type { DatabasePulse } from './pulse.mongo';
import { DomainError } from './domain.errors';
import { toFault, type Reply, type Taken } from './fault';
import { QuickSocket } from './quick.socket';
import { PING } from './line.client';
import type { Logger } from './log';
import { tracing } from './trace';

/** What a TCP handler of this process needs to answer: given once at start, since decorators know nothing of injection. */
interface Door {
  log: Logger;
  accepts: (token: unknown) => boolean;
  /** How long a call took, from its arrival, and how it ended: `ok` or the code of its failure. */
  measure: (message: string, outcome: string, ms: number) => void;
  inFlight: number;
  waiting: (() => void)[];
  takes: boolean;
  /** Who passes on what another inventory is to write. */
  relay?: Relay;
  /** Who is waited for by those that read. */
  pulse?: DatabasePulse;
}

/** Passes a call that is for the one that writes on to it. */
export interface Relay {
  /** The address of the one that writes; undefined when it is this process. */
  readonly writer: string | undefined;
  /** Its reply; undefined when it is to be done here after all. */
  pass(pattern: string, packet: Packet): Promise<Taken<unknown> | undefined>;
}

let door: Door | undefined;

export interface TcpServerOptions {
  host: string;
  port: number;
  token: string;
  log: Logger;
  /** Where calls are measured; without it they are not. */
  registry?: Registry;
}

/** Opens the door of this process: who shows `token` is answered. */
export function tcpServer(options: TcpServerOptions): CustomStrategy {
  const expected = digest(options.token);
  let last: unknown;
  door = {
    log: options.log,
    // The peers send the same string again and again: only a new one is hashed and compared in constant time.
    accepts: (token) => {
      if (typeof token === 'string' && token === last) return true;
      const good = typeof token === 'string' && timingSafeEqual(digest(token), expected);
      if (good) last = token;
      return good;
    },
    measure: options.registry ? measureIn(options.registry) : () => undefined,
    inFlight: 0,
    waiting: [],
    takes: true,
  };
  return { strategy: new OneAnswerServer({ host: options.host, port: options.port, socketClass: QuickSocket }) };
}

function measureIn(registry: Registry): Door['measure'] {
  const seconds = new Histogram({
    name: 'stockwire_tcp_call_seconds',
    help: 'Calls from other processes by message and outcome; those of ledger.read and ledger.follow wait for the next event.',
    labelNames: ['message', 'outcome'] as const,
    buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  return (message, outcome, ms) => seconds.observe({ message, outcome }, ms / 1_000);
}

/** A call as Nest's client sends it. */
interface Call {
  id?: string;
  pattern?: unknown;
  data?: unknown;
}

/**
 * Nest's TCP server for handlers that give one answer each, as all of ours do. On the way from a handler to its answer Nest makes
 * an observable, a queue and a dozen promises; that costs more than finding and calling the handler.
 */
class OneAnswerServer extends ServerTCP {
  /** As Nest's, but for the end of a connection: a peer that was killed or cut off has sent nothing invalid. */
  override bindHandler(socket: Socket): void {
    this.trackOpenSocket(socket);
    const connection = this.getSocketInstance(socket);
    connection.on('message', (message: unknown) => {
      this.handleMessage(connection, message).catch((error: unknown) => this.handleError(error as string));
    });
    connection.on('error', (error: unknown) => {
      // The system tells of it by an error. What Nest itself finds wrong is a text, which repeats what came, secrets and all.
      if (error instanceof Error) door?.log.debug({ err: error }, 'a connection broke off');
      else this.handleError('a connection was given up: what came on it is no message, or its peer does not read');
    });
  }

  override async handleMessage(socket: TcpSocket, message: unknown): Promise<void> {
    const { id, pattern, data } = message as Call;
    if (pattern === PING) {
      socket.sendMessage({ id, response: '', isDisposed: true });
      return;
    }
    const handler = typeof pattern === 'string' ? this.getHandlerByPattern(pattern) : null;
    if (id === undefined || !handler) {
      await super.handleMessage(socket, message);
      return;
    }
    const response: unknown = await handler(data);
    socket.sendMessage({ id, response, isDisposed: true });
  }
}

/** From now on, what is for the one that writes is done by whom the relay names. */
export function relayWrites(relay: Relay): void {
  if (door) door.relay = relay;
}

/** From now on, who reads is answered while the database says nothing. */
export function answerSilence(pulse: DatabasePulse): void {
  if (door) door.pulse = pulse;
}

/** Whether calls are taken: a process that is starting or stopping sends them elsewhere. Those under way go on. Without a door there are none. */
export function takeCalls(takes: boolean): void {
  if (door) door.takes = takes;
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Resolves when no call is under way, or after `ms`: Nest destroys the sockets of a server with requests in flight. */
export async function drained(ms: number): Promise<void> {
  const open = door;
  if (!open || open.inFlight === 0) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    open.waiting.push(() => {
      clearTimeout(timer);
      resolve();
    });
  });
  // The last reply has been handed to Nest, which writes it on a later turn of the event loop.
  await new Promise((resolve) => setTimeout(resolve, 20));
}

type Handler<Request, Answer> = (body: Request, requestId: string) => Promise<Answer> | Answer;

/** Answers a message: checks the token, unwraps the packet, and maps what is thrown; the handler sees only its own content. */
export function Handle<Request, Answer>(message: Message<Request, Answer>) {
  return <H extends Handler<Request, Answer>>(
    prototype: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<H>,
  ): void => {
    const handler = descriptor.value as H;
    const answer = async function (this: unknown, packet: Packet<Request>): Promise<Reply<Answer>> {
      if (!door) throw new Error('tcpServer() comes first');
      const requestId = typeof packet?.requestId === 'string' ? packet.requestId : '';
      if (!door.accepts(packet?.token)) {
        return {
          fault: toFault(new DomainError('unauthenticated', 'The internal token is wrong.'), door.log, requestId),
        };
      }
      if (!door.takes) return { elsewhere: true };
      door.inFlight++;
      const begun = performance.now();
      let outcome = 'ok';
      try {
        const taken = await traced(message.name, packet, async (): Promise<Taken<Answer>> => {
          const passed = message.forWriter && door?.relay?.writer !== undefined && !packet.relayed;
          const done = passed ? await door?.relay?.pass(message.pattern, packet) : undefined;
          if (done) return done as Taken<Answer>;
          const handle = (): Promise<Answer> | Answer => handler.call(this, packet.body, requestId);
          const pulse = message.writes || message.patient ? undefined : door?.pulse;
          return { ok: await (pulse ? pulse.unlessSilent(handle) : handle()) };
        });
        if ('fault' in taken) outcome = taken.fault.code;
        tell(door.log, message, packet, begun, taken);
        return taken;
      } catch (error) {
        const fault = toFault(error, door.log, requestId);
        outcome = fault.code;
        tell(door.log, message, packet, begun, { fault });
        return { fault };
      } finally {
        door.measure(message.name, outcome, performance.now() - begun);
        if (--door.inFlight === 0) door.waiting.splice(0).forEach((wake) => wake());
      }
    };
    // In place: what a decorator defines beside the descriptor is overwritten by it afterwards.
    const replaced: PropertyDescriptor = descriptor;
    replaced.value = answer;
    MessagePattern(message.pattern)(prototype, key, replaced);
  };
}

/** A line for each call: of changes when debugging, of reads, which come by the thousand, when tracing. Never its content. */
function tell(
  log: Logger,
  { name, writes }: { name: string; writes: boolean },
  { requestId, body }: Packet,
  begun: number,
  taken: Taken<unknown>,
): void {
  const level = writes ? 'debug' : 'trace';
  if (!log.isLevelEnabled(level)) return;
  const { operation } = (body ?? {}) as { operation?: Operation };
  const { position } = (('ok' in taken && taken.ok) || {}) as { position?: number };
  const ms = Math.round((performance.now() - begun) * 100) / 100;
  log[level](
    {
      requestId,
      call: name,
      ms,
      ...(operation && { operation: operation.id, caller: operation.actor.name }),
      ...(position !== undefined && { position }),
      ...('fault' in taken && { code: taken.fault.code }),
    },
    'call',
  );
}

/** As a part of the trace that the caller has named. */
function traced<T>(name: string, { traceparent }: Packet, work: () => Promise<T>): Promise<T> {
  const trace = traceparent === undefined ? undefined : tracing();
  return trace ? trace.within({ name, kind: 'server', parent: traceparent ?? null }, work) : work();
}
