import { setTimeout as sleep } from 'node:timers/promises';
import type { Item } from '@app/contracts';
import type { Api, Call } from '../../demo/api';
import type { Random } from '../random';

const ATTEMPT_MS = 10_000;
const GIVES_UP_MS = 90_000;
const PAUSE_MS = { least: 1, most: 20 };
const REORDER_LEVEL = 20;

/** What the events are about. A few of everything, so that every room has some and many seams fall between two events. */
export interface Stage {
  items: string[];
  locations: string[];
  categories: string[];
}

/** Clients of the public API that change something of every kind, each until it knows the outcome. */
export class Load {
  readonly faults: string[] = [];
  requests = 0;
  private keys = 0;
  private stopping = false;
  private clients: Promise<void>[] = [];

  constructor(
    private readonly api: Api,
    private readonly random: Random,
    private readonly stage: Stage,
  ) {}

  static async stage(api: Api, items: number): Promise<Stage> {
    const stage: Stage = { items: [], locations: ['main', 'shop', 'yard'], categories: ['tea', 'pots', 'cups'] };
    for (const code of stage.locations.slice(1))
      await api.patiently({ method: 'POST', path: '/locations', body: { code, name: code }, key: `stage-${code}` });
    for (let number = 0; number < items; number++) {
      const category = stage.categories[number % stage.categories.length];
      const body = { name: `Item ${number}`, quantity: 60, reorderLevel: REORDER_LEVEL, category };
      const call = { method: 'POST', path: '/items', body, key: `stage-${number}` } as const;
      stage.items.push((await api.patiently<Item>(call)).body.id);
    }
    return stage;
  }

  start(clients: number): void {
    this.clients = Array.from({ length: clients }, () => this.work());
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.clients);
  }

  private async work(): Promise<void> {
    while (!this.stopping) {
      await this.change();
      await sleep(this.random.whole(PAUSE_MS.least, PAUSE_MS.most));
    }
  }

  private async change(): Promise<void> {
    const { random } = this;
    const dice = random.next();
    const item = random.pick(this.stage.items);
    if (dice < 0.03) return this.deleteAndRestore(item);
    if (dice < 0.1) return void (await this.insist({ method: 'PATCH', path: `/items/${item}`, body: this.fields() }));
    if (dice < 0.15) return void (await this.post('/reservations', this.hold(item)));
    if (dice < 0.3)
      return void (await this.post('/movements', { lines: this.lines(random.whole(2, 4)), reason: 'proof' }));
    if (dice < 0.4)
      return void (await this.post('/movements/batch', {
        rows: this.lines(random.whole(3, 25)).map((line) => ({ ...line, reason: 'proof' })),
      }));
    const { itemId, ...line } = this.line();
    await this.post(`/items/${itemId}/movements`, { ...line, reason: 'proof' });
  }

  /** An item that is gone comes back at once: what follows it must show both. */
  private async deleteAndRestore(item: string): Promise<void> {
    const status = await this.insist({ method: 'DELETE', path: `/items/${item}` });
    if (status === 204) await this.post(`/items/${item}/restore`, {});
  }

  private fields(): object {
    const { random } = this;
    if (random.chance(0.5)) return { category: random.pick(this.stage.categories) };
    return { reorderLevel: random.whole(REORDER_LEVEL - 10, REORDER_LEVEL + 10) };
  }

  private hold(itemId: string): object {
    const line = { itemId, quantity: this.random.whole(1, 10), location: this.random.pick(this.stage.locations) };
    return { lines: [line], ttlSeconds: this.random.whole(1, 3) };
  }

  private lines(count: number): (object & { itemId: string })[] {
    return Array.from({ length: count }, () => this.line());
  }

  /** About as much comes as goes, so that figures cross their level again and again. */
  private line(): { itemId: string; type: string; quantity: number; location: string; toLocation?: string } {
    const { random, stage } = this;
    const [location, other] = random.shuffled(stage.locations) as [string, string];
    const line = { itemId: random.pick(stage.items), location };
    const dice = random.next();
    if (dice < 0.2) return { ...line, type: 'transfer', quantity: random.whole(1, 9), toLocation: other };
    if (dice < 0.25) return { ...line, type: 'count', quantity: random.whole(0, 15) };
    return { ...line, type: dice < 0.62 ? 'issue' : 'receive', quantity: random.whole(1, 12) };
  }

  private post(path: string, body: object): Promise<number> {
    return this.insist({ method: 'POST', path, body });
  }

  /** As often as it takes to be answered; the key makes that safe. */
  private async insist(call: Call): Promise<number> {
    const keyed = { ...call, key: `stream-${this.keys++}` };
    const until = Date.now() + GIVES_UP_MS;
    for (;;) {
      this.requests++;
      const { status, body } = await this.api.send(keyed, ATTEMPT_MS).catch(() => ({ status: 0, body: null }));
      if (status >= 200 && status < 500 && status !== 429) {
        if (status >= 400 && status !== 409 && status !== 404)
          this.faults.push(`answer: ${call.method} ${call.path} got ${status} ${JSON.stringify(body)}`);
        return status;
      }
      if (status === 500 || Date.now() > until) {
        this.faults.push(`answer: ${call.method} ${call.path} got ${status} ${JSON.stringify(body)}`);
        return status;
      }
      await sleep(this.random.whole(50, 250));
    }
  }
}
