import type { Item } from '@app/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { Api } from './api';
import { send, type Sent } from './problems';
import { startStack, type Stack } from './stack';

export interface Got<Body> {
  status: number;
  body: Body;
  headers: Headers;
}

type Sending = Record<string, string>;

/** How often a request is sent at most that is asked to come again. */
const TRIES = 5;

/** Inventory and gateway as real processes, and their admin at the REST API. */
export class Rest {
  private made = 0;

  private constructor(
    readonly stack: Stack,
    /** The admin's credential. */
    readonly admin: Sending,
  ) {}

  static async start(): Promise<Rest> {
    const stack = await startStack({ apps: ['inventory', 'gateway'] });
    const { body } = await new Api(stack.gatewayUrl).login(stack.adminEmail, stack.adminPassword);
    return new Rest(stack, { authorization: `Bearer ${body.accessToken}` });
  }

  get api(): Api {
    return new Api(this.stack.gatewayUrl, this.admin);
  }

  async call<Body = Item>(
    method: string,
    path: string,
    body?: unknown,
    headers: Sending = {},
    base = this.stack.gatewayUrl,
  ): Promise<Got<Body>> {
    const type: Sending = body === undefined ? {} : { 'content-type': 'application/json' };
    const text = body === undefined ? undefined : JSON.stringify(body);
    const all = { ...this.admin, ...type, ...headers };
    const sent = await this.untilTaken(() => send(`${base}/api/v1${path}`, method, all, text));
    return {
      status: sent.status,
      headers: sent.headers,
      body: (sent.text ? JSON.parse(sent.text) : undefined) as Body,
    };
  }

  async newItem(over: object = {}): Promise<Item> {
    const { status, body } = await this.call('POST', '/items', { name: `item ${++this.made}`, ...over });
    if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
    return body;
  }

  /**
   * As every client does: 503 says that nothing was done, and when to come again. On a busy machine that is no fault, so long as
   * there is an inventory at all.
   */
  private async untilTaken(ask: () => Promise<Sent>): Promise<Sent> {
    for (let tries = 1; ; tries++) {
      const sent = await ask();
      const { inventory } = this.stack.processes;
      const ended = inventory?.exitCode !== null || inventory.signalCode !== null;
      if (sent.status !== 503 || ended || tries === TRIES) return sent;
      await sleep(1_000 * Number(sent.headers.get('retry-after') ?? 1));
    }
  }
}
