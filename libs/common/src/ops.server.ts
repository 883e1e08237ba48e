import { createServer, type Server } from 'node:http';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** Answers whether a part works: undefined when it does, else what is wrong in a few words. */
export type Check = () => string | undefined | Promise<string | undefined>;

/** The private port of each process: `/health/live`, `/health/ready`, `/metrics`. */
export class OpsServer {
  readonly registry = new Registry();
  private readonly checks = new Map<string, Check>();
  private readonly server: Server;
  private leaving = false;

  constructor(app: string) {
    this.registry.setDefaultLabels({ app });
    // Ten milliseconds, as it comes, wake an idle process a hundred times a second.
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: 50 });
    const ready: Gauge = new Gauge({
      name: 'stockwire_ready',
      help: 'Whether this process can do its work: 1 or 0, as /health/ready says.',
      registers: [this.registry],
      collect: async () => ready.set((await this.ready()).status === 200 ? 1 : 0),
    });
    this.server = createServer((request, response) => {
      this.answer(request.url ?? '/').then(
        ({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body),
        (error: Error) => response.writeHead(500, { 'content-type': 'text/plain' }).end(error.message),
      );
    });
  }

  /** Ready means that every check is content. */
  check(name: string, check: Check): this {
    this.checks.set(name, check);
    return this;
  }

  /** Not ready any more: whoever spreads requests is to send no more of them here. */
  leave(): void {
    this.leaving = true;
  }

  /** Whether the process is on its way out. */
  get isLeaving(): boolean {
    return this.leaving;
  }

  /** Rejects when the port is taken: before anything else was started. */
  async listen(host: string, port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, () => {
        this.server.off('error', reject);
        resolve();
      });
    });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async answer(url: string): Promise<{ status: number; type: string; body: string }> {
    const path = url.split('?', 1)[0];
    if (path === '/metrics')
      return { status: 200, type: this.registry.contentType, body: await this.registry.metrics() };
    if (path === '/health/live') return json(200, { status: 'ok' });
    if (path === '/health/ready') return this.ready();
    return json(404, { status: 'not found' });
  }

  private async ready(): Promise<{ status: number; type: string; body: string }> {
    const results = await Promise.all(
      [...this.checks].map(async ([name, check]) => {
        const fault = await Promise.resolve()
          .then(check)
          .catch((error: Error) => error.message);
        return [name, fault ?? 'ok'] as [string, string];
      }),
    );
    if (this.leaving) results.push(['process', 'stopping']);
    const good = results.every(([, state]) => state === 'ok');
    return json(good ? 200 : 503, { status: good ? 'ok' : 'not ready', checks: Object.fromEntries(results) });
  }
}

function json(status: number, body: object): { status: number; type: string; body: string } {
  return { status, type: 'application/json', body: JSON.stringify(body) };
}
