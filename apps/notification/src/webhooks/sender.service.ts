import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { LookupAddress } from 'node:dns';
import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { NotificationConfig } from '../notification.config';
import type { Outcome } from './backoff';
import type { Message } from './message';
import { Names } from './names.service';
import { signatures } from './signature';
import { isPublic, targetOf } from './target';

export interface Delivering {
  url: string;
  secrets: readonly string[];
  message: Message;
  /** Gives it up; what comes of it then is of no interest. */
  signal?: AbortSignal;
}

/** Bytes of an answer that are read, so that its connection can be used again; what says more is cut off. */
const MOST_ANSWER = 16_384;
/** And for so long. */
const ANSWER_MS = 1_000;
const IDLE_MS = 30_000;
const AGENT = { keepAlive: true, timeout: IDLE_MS, maxFreeSockets: 8 } as const;
/** Longer pauses are the business of the backoff. */
const MOST_RETRY_AFTER_S = 3 * 3_600;

/** Posts messages. Connections are kept; redirects are not followed; an address is checked at the moment it is connected to. */
@Injectable()
export class Sender implements OnApplicationShutdown {
  private readonly agents = { http: new HttpAgent(AGENT), https: new HttpsAgent(AGENT) };

  constructor(
    private readonly config: NotificationConfig,
    private readonly names: Names,
  ) {}

  /** Never rejects: what went wrong is the outcome. */
  async send(delivering: Delivering): Promise<Outcome> {
    const begun = performance.now();
    const done = (answer: Partial<Outcome>): Outcome => ({
      ok: false,
      statusCode: null,
      error: null,
      retryAfterMs: 0,
      ...answer,
      durationMs: Math.round(performance.now() - begun),
    });
    try {
      const url = targetOf(delivering.url, this.config.webhookAllowPrivate);
      return done(verdictOf(await this.post(url, delivering)));
    } catch (error) {
      return done({ error: wordsOf(error) });
    }
  }

  onApplicationShutdown(): void {
    this.agents.http.destroy();
    this.agents.https.destroy();
  }

  /** A receiver may close a kept connection at the moment it is used: then once more, on a new one. */
  private async post(url: URL, delivering: Delivering): Promise<IncomingMessage> {
    const deadline = performance.now() + this.config.webhookTimeoutMs;
    for (;;) {
      const request = this.open(url, delivering);
      try {
        return await answerOf(request, delivering.message.body, deadline);
      } catch (error) {
        if (!request.reusedSocket || (error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
      }
    }
  }

  private open(url: URL, { secrets, message, signal }: Delivering): ClientRequest {
    const timestamp = Math.floor(Date.now() / 1_000);
    const { id, body } = message;
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'Stockwire-Webhooks/1',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': signatures(secrets, { id, timestamp, body }),
    };
    const options = { method: 'POST', headers, lookup: this.lookup, ...(signal && { signal }) };
    return url.protocol === 'https:'
      ? httpsRequest(url, { ...options, agent: this.agents.https })
      : httpRequest(url, { ...options, agent: this.agents.http });
  }

  /**
   * What a name leads to is decided here and connected to at once: checked on its own before, it could lead elsewhere by then.
   * An arrow function: Node calls it without its object.
   */
  private readonly lookup: LookupFunction = (host, options, callback) => {
    this.find(host, (error, addresses) => {
      const [first] = error ? [] : addresses;
      if (!first) callback(error ?? new Error(`${host} has no address`), '');
      else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };

  private readonly find = callbackify((host: string) => this.addressesOf(host));

  private async addressesOf(host: string): Promise<LookupAddress[]> {
    const addresses = await this.names.addresses(host);
    const inside = addresses.find(({ address }) => !isPublic(address));
    if (inside && !this.config.webhookAllowPrivate)
      throw new Error(`${host} leads to the private address ${inside.address}`);
    return addresses;
  }
}

/** Resolves with the head of the answer: all that matters of it. */
function answerOf(request: ClientRequest, body: string, deadline: number): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => request.destroy(new Error('there was no answer in time')),
      Math.max(0, deadline - performance.now()),
    );
    const settle = (act: () => void): void => {
      clearTimeout(late);
      act();
    };
    request.once('response', (response) => settle(() => (drain(response), resolve(response))));
    // 101 is an answer too. Without a listener Node ends the connection, and says no more than that it is closed.
    request.once('upgrade', (response, socket) => settle(() => (socket.destroy(), resolve(response))));
    // Stays: what breaks after the answer is of no interest, but without a listener it would end the process.
    request.on('error', (error) => settle(() => reject(error)));
    // After all of the above. However it ended, it has: who waits for an outcome must never wait for ever.
    request.once('close', () => settle(() => reject(new Error('the connection was closed without an answer'))));
    request.end(body);
  });
}

function drain(response: IncomingMessage): void {
  let left = MOST_ANSWER;
  const end = setTimeout(() => response.destroy(), ANSWER_MS);
  response.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) response.destroy();
  });
  response.on('error', () => undefined);
  response.once('close', () => clearTimeout(end));
}

function verdictOf({ statusCode = 0, headers }: IncomingMessage): Partial<Outcome> {
  if (statusCode >= 200 && statusCode < 300) return { ok: true, statusCode };
  const redirect = statusCode >= 300 && statusCode < 400 ? ': redirects are not followed' : '';
  const seconds = /^\d{1,9}$/.test(headers['retry-after'] ?? '') ? Number(headers['retry-after']) : 0;
  const retryAfterMs = Math.min(seconds, MOST_RETRY_AFTER_S) * 1_000;
  return { statusCode, error: `answered ${statusCode}${redirect}`, retryAfterMs };
}

const LONGEST = 200;

function wordsOf(error: unknown): string {
  // Several addresses that all refused come as one error without a text of its own.
  const [first = error] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  return (first instanceof Error ? first.message : String(first)).slice(0, LONGEST);
}
