import type { CreatedWebhook, EventPage } from '@app/contracts';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface WebhooksJob {
  gatewayUrl: string;
  token: string;
  /** Items that the events are of. */
  ids: string[];
  endpoints: number;
  /** Written in batches of a thousand. */
  events: number;
}

export interface Delivered {
  /** Deliveries to all endpoints together. */
  perSecond: number;
  deliveries: number;
  entries: number;
  pieces: number;
  errors: Record<string, number>;
}

const BATCH = 1_000;
const PATIENCE_MS = 120_000;

/** The endpoints, in a process of their own: each insists on every event once, in order. */
class WebhooksRun {
  private readonly errors: Record<string, number> = {};
  private readonly servers: Server[] = [];
  private readonly hooks: CreatedWebhook[] = [];
  private readonly reached: number[] = [];
  private arrived = 0;
  private begun = 0;

  constructor(private readonly job: WebhooksJob) {}

  async run(): Promise<Delivered> {
    const { endpoints, events, ids } = this.job;
    for (let number = 0; number < endpoints; number++) await this.open(number);
    const row = (number: number): object => {
      return { itemId: ids[number % ids.length], type: 'adjust', quantity: 1, reason: 'bench' };
    };
    const rows = Array.from({ length: BATCH }, (_, number) => row(number));
    for (let written = 0; written < events; written += BATCH) await this.call('POST', '/movements/batch', { rows });
    const { head } = await this.call<EventPage>('GET', '/events?limit=1');
    const end = performance.now() + PATIENCE_MS;
    while (this.reached.some((position) => position < head) && performance.now() < end) await sleep(5);
    const seconds = (performance.now() - this.begun) / 1_000;
    if (this.reached.some((position) => position < head)) this.fail('an endpoint that did not get everything');
    for (const { id } of this.hooks) await this.call('DELETE', `/webhooks/${id}`);
    for (const server of this.servers) server.close().closeAllConnections();
    const perSecond = this.arrived / seconds;
    return { perSecond, deliveries: this.arrived, entries: events, pieces: events, errors: this.errors };
  }

  private async open(number: number): Promise<void> {
    const server = createServer((request, response) => {
      request.resume().once('end', () => {
        response.writeHead(204).end();
        this.take(number, Number(String(request.headers['webhook-id']).split('_').at(-1)));
      });
    });
    this.servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const hook = await this.call<CreatedWebhook>('POST', '/webhooks', { url: `http://127.0.0.1:${port}/` });
    this.hooks.push(hook);
    this.reached[number] = hook.position;
  }

  private take(number: number, position: number): void {
    if (this.arrived++ === 0) this.begun = performance.now();
    if (position !== (this.reached[number] ?? 0) + 1) this.fail('a delivery out of turn');
    this.reached[number] = position;
  }

  private async call<Body>(method: string, path: string, body?: object): Promise<Body> {
    const { gatewayUrl, token } = this.job;
    const response = await fetch(`${gatewayUrl}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text ? JSON.parse(text) : null) as Body;
  }

  private fail(what: string): void {
    this.errors[what] = (this.errors[what] ?? 0) + 1;
  }
}

process.on('message', (job: WebhooksJob) => {
  new WebhooksRun(job).run().then(
    (result) => process.send?.({ type: 'done', result }),
    (error: Error) => {
      process.stderr.write(`${error.stack}\n`);
      process.exit(1);
    },
  );
});
