import type { OpsServer } from '@app/common';
import { isId, type Caller } from '@app/contracts';
import type { Authenticator } from '@app/identity';
import type { FastifyInstance } from 'fastify';
import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { credentialOf } from '../auth/credential';
import { requestIdOf } from '../http/fastify';
import type { RequestTimes } from '../http/observe';
import { API_HEADERS } from '../http/secure';
import { headersOf, type Allowance, type RequestLimits } from '../throttle/request-limits.service';
import type { ItemReader, ItemView } from './item-reader.service';

/** Headers that ask for more than the item as it is: what one of them means, or that it means nothing, Fastify and the controller know. */
const DETOURS = [
  'x-min-position',
  'if-none-match',
  'origin',
  'expect',
  'content-encoding',
  'content-length',
  'transfer-encoding',
] as const;

const HEADERS = Object.entries({ ...API_HEADERS, 'content-type': 'application/json; charset=utf-8' }).flat();

/** A request that is answered here, or was meant to be. */
interface Passage {
  request: IncomingMessage;
  response: ServerResponse;
  route: string;
  requestId: string;
  caller: Caller;
  allowance: Allowance | undefined;
  /** `performance.now()` at its arrival. */
  since: number;
}

/** What a lane rests on. */
interface Ground {
  authenticator: Authenticator;
  limits: RequestLimits;
  reader: ItemReader;
  times: RequestTimes;
  ops: OpsServer;
  /** Of the path of every route. */
  prefix: string;
  /** What every answer says beside the headers of the API: names and values in turn. */
  headers: readonly string[];
}

/**
 * Answers without detours what needs none: an item by its id, the request that is made most, for a caller that was seen before and
 * has requests left. It stands before Fastify, whose hooks, guard, pipes and controller would come to the same answer at twice the
 * price; whatever else a request brings or lacks is theirs, and so is every failure.
 */
export class ItemLane {
  private readonly failures = new WeakMap<IncomingMessage, { passage: Passage; error: unknown }>();
  private readonly headers: readonly string[];
  private readonly routes: readonly [string, string];

  constructor(private readonly ground: Ground) {
    this.headers = [...HEADERS, ...ground.headers];
    this.routes = [`/${ground.prefix}/items/`, `/${ground.prefix}/items/get/`];
  }

  /** To be called when the headers of every answer are seen to, since what has failed goes on to Fastify. */
  enter(fastify: FastifyInstance): void {
    const { server } = fastify;
    const [onward] = server.listeners('request') as RequestListener[];
    if (!onward) throw new Error('there is nothing to stand before');
    server.removeAllListeners('request');
    server.on('request', (request, response) => {
      const passage = this.admitted(request, response);
      if (!passage) onward(request, response);
      else this.answer(passage, onward);
    });
    fastify.addHook('onRequest', (request, reply, done) => {
      const failure = this.failures.get(request.raw);
      if (!failure) return done();
      const { allowance, caller, since } = failure.passage;
      Object.assign(request, { caller, waited: performance.now() - since });
      if (allowance) reply.headers(headersOf(allowance));
      done(failure.error as Error);
    });
  }

  /** Undefined for what is not answered here. */
  private admitted(request: IncomingMessage, response: ServerResponse): Passage | undefined {
    const since = performance.now();
    const { method, url = '', headers, httpVersion } = request;
    if (method !== 'GET' || httpVersion !== '1.1' || headers.host === undefined) return undefined;
    const route = this.routes.find((path) => url.startsWith(path) && isId(url.slice(path.length)));
    if (route === undefined || DETOURS.some((name) => headers[name] !== undefined)) return undefined;
    const caller = this.known(headers);
    if (!caller) return undefined;
    const allowance = this.ground.limits.spend('reads', caller.id);
    // It was not counted: who is over the limit is told so by the guard.
    if (allowance && !allowance.allowed) return undefined;
    return { request, response, route, requestId: requestIdOf(request), caller, allowance, since };
  }

  private known(headers: IncomingHttpHeaders): Caller | undefined {
    const credential = credentialOf(headers);
    return credential === undefined ? undefined : this.ground.authenticator.cached(credential);
  }

  private answer(passage: Passage, onward: RequestListener): void {
    const { request, response, route, requestId } = passage;
    const { reader } = this.ground;
    const id = (request.url ?? '').slice(route.length);
    const known = reader.peek(id, 0);
    if (known) return this.send(known, passage);
    reader.read(id, requestId).then(
      (view) => this.send(view, passage),
      (error: unknown) => {
        this.failures.set(request, { passage, error });
        // The same in the answer as in the call that failed.
        request.headers['x-request-id'] = requestId;
        onward(request, response);
      },
    );
  }

  private send({ item, position }: ItemView, { response, route, requestId, allowance, since }: Passage): void {
    const { ops, times } = this.ground;
    const headers: (string | number)[] = [...this.headers, 'x-request-id', requestId, 'etag', item.etag];
    headers.push('x-position', position, 'content-length', Buffer.byteLength(item.json));
    if (allowance) for (const [name, value] of Object.entries(headersOf(allowance))) headers.push(name, value);
    if (ops.isLeaving) headers.push('connection', 'close');
    response.writeHead(200, headers).end(item.json);
    times.took({ method: 'GET', route: `${route}:id`, status: 200 }, performance.now() - since);
  }
}
