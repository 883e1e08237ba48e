import { join } from 'node:path';
import type { EventPage, Item, ItemPage } from '@app/contracts';
import { Api } from '../demo/api';
import { freePort } from '../databases/ports';
import { launch, listening, stop, type Running } from '../databases/process';
import { Account } from './account';
import { article } from './article';
import type { Kind, Measured, Work } from './job';
import { APPS } from '../start/apps';
import type { Stack } from './stack';

export const ITEMS = 10_000;

/** One of the two systems that are compared. */
export interface Side {
  readonly name: string;
  /** The processes whose CPU counts, databases included. */
  pids(): number[];
  work(kind: Kind, ids?: string[]): Work;
  readonly ids: string[];
  /** Takes what was acknowledged into the account. */
  book(measured: Pick<Measured, 'entries' | 'pieces'>): void;
  /** What is in the database but was not acknowledged, or the other way round. */
  check(): Promise<string | undefined>;
}

/** Stockwire, by its public API, as one user. */
export class Stockwire implements Side {
  readonly name = 'stockwire';
  ids: string[] = [];
  private readonly account = new Account(ITEMS * article(0).quantity);
  /** Position after the items were created. */
  private start = 0;
  readonly api: Api;

  constructor(private readonly stack: Stack) {
    this.api = new Api(stack.gatewayUrl, stack.admin);
  }

  async fill(atOnce = 64): Promise<void> {
    await this.api.login();
    const ids = Array.from({ length: ITEMS }, () => '');
    const numbers = ids.keys();
    const worker = async (): Promise<void> => {
      for (const number of numbers) {
        const call = { method: 'POST', path: '/items', body: article(number), key: `bench-item-${number}` } as const;
        ids[number] = (await this.api.patiently<Item>(call)).body.id;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    this.ids = ids;
    this.start = await this.head();
  }

  pids(): number[] {
    return [...APPS, 'inventory-2' as const, 'mongod' as const, 'redis' as const].flatMap(
      (part) => this.stack.pid(part) ?? [],
    );
  }

  work(kind: Kind, ids = this.ids): Work {
    const common = {
      kind,
      ids,
      port: this.stack.ports.GATEWAY_PORT,
      headers: `authorization: Bearer ${this.api.accessToken}\r\n`,
    };
    const before = '/api/v1/items/';
    if (kind === 'adjust') return { ...common, before, after: '/movements', keyed: true, status: 201 };
    if (kind === 'get') return { ...common, before, after: '', keyed: false, status: 200 };
    const route = { ...common, after: '', keyed: true };
    if (kind === 'lines') return { ...route, before: '/api/v1/movements', status: 201 };
    if (kind === 'batch') return { ...route, before: '/api/v1/movements/batch', status: 200 };
    if (kind === 'reserve') return { ...route, before: '/api/v1/reservations', status: 201, entries: 1 };
    return { ...common, before: '/api/v1/items?sort=name&limit=50', after: '', keyed: false, status: 200 };
  }

  /** The list, from a later page on. */
  async workAtPage(page: number): Promise<Work> {
    const work = this.work('list');
    let cursor = '';
    for (let number = 1; number < page; number++) {
      const path = `/items?sort=name&limit=50${cursor}`;
      const { nextCursor } = (await this.api.patiently<ItemPage>({ path })).body.page;
      if (nextCursor === null) throw new Error(`there is no page ${page}`);
      cursor = `&cursor=${encodeURIComponent(nextCursor)}`;
    }
    return { ...work, before: work.before + cursor };
  }

  book(measured: Pick<Measured, 'entries' | 'pieces'>): void {
    this.account.book(measured);
  }

  async check(): Promise<string | undefined> {
    let pieces = 0;
    for (let cursor: string | null = ''; cursor !== null;) {
      const path: string = `/items?sort=name&limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
      const { data, page }: ItemPage = (await this.api.patiently<ItemPage>({ path })).body;
      for (const { quantity } of data) pieces += quantity;
      cursor = page.nextCursor;
    }
    return this.account.compare({ entries: (await this.head()) - this.start, pieces });
  }

  private async head(): Promise<number> {
    return (await this.api.patiently<EventPage>({ path: '/events?limit=1' })).body.head;
  }
}

interface PlainState {
  pieces: number;
  entries: number;
  ids: string[];
}

/** The plain way, on the same mongod. */
export class Plain implements Side {
  readonly name = 'plain';
  ids: string[] = [];
  private readonly account = new Account(ITEMS * article(0).quantity);
  private running: Running | undefined;
  private port = 0;

  constructor(private readonly stack: Stack) {}

  async fill(): Promise<void> {
    this.port = await freePort();
    const uri = new URL(this.stack.env.MONGODB_URI ?? '');
    uri.pathname = '/plain';
    const env = { ...process.env, PLAIN_URI: uri.href, PLAIN_PORT: String(this.port), PLAIN_ITEMS: String(ITEMS) };
    const ready = (signal: AbortSignal): Promise<void> => listening(this.port, signal);
    const spec = { name: 'plain', command: process.execPath, args: [join(__dirname, 'plain.mongo.js')], env, ready };
    this.running = await launch(spec, (line) => process.stderr.write(`plain: ${line}\n`));
    process.once('exit', this.reap);
    await spec.ready(AbortSignal.timeout(60_000));
    this.ids = (await this.state()).ids;
  }

  pids(): number[] {
    return [this.running?.pid ?? [], this.stack.pid('mongod') ?? []].flat();
  }

  work(kind: Kind, ids = this.ids, after = '/adjust'): Work {
    const common = { kind, ids, port: this.port, headers: '', keyed: false };
    if (kind === 'adjust') return { ...common, before: '/items/', after, status: 201 };
    if (kind === 'get') return { ...common, before: '/items/', after: '', status: 200 };
    if (kind === 'lines') return { ...common, before: '/movements', after: '', status: 201 };
    if (kind === 'reserve') return { ...common, before: '/reservations', after: '', status: 201 };
    if (kind === 'batch') throw new Error('the plain way has no batches');
    return { ...common, before: '/items?limit=50', after: '', status: 200 };
  }

  book(measured: Pick<Measured, 'entries' | 'pieces'>): void {
    this.account.book(measured);
  }

  async check(): Promise<string | undefined> {
    return this.account.compare(await this.state());
  }

  async stop(): Promise<void> {
    process.off('exit', this.reap);
    if (this.running) await stop(this.running, 5_000);
  }

  private readonly reap = (): void => void this.running?.child.kill('SIGKILL');

  private async state(): Promise<PlainState> {
    return (await (await fetch(`http://127.0.0.1:${this.port}/state`)).json()) as PlainState;
  }
}
