import type { LedgerEvent } from '@app/contracts';
import pino from 'pino';
import { itemId, LedgerInMemory } from '../../../../test/support/inventory';
import { until } from '../../../../test/support/sockets';
import type { Outcome } from './backoff';
import type { Lost, Stretch } from './event-source.service';
import type { Message } from './message';
import { WebhookRunner } from './runner';
import { HEALTHY, type Progress, type StoredWebhook } from './webhook';

const OK: Outcome = { ok: true, statusCode: 200, error: null, durationMs: 1, retryAfterMs: 0 };
const BAD: Outcome = { ...OK, ok: false, statusCode: 500, error: 'answered 500' };

function stored(over: Partial<StoredWebhook> = {}): StoredWebhook {
  const at = new Date(0);
  const settings = { url: 'http://127.0.0.1/', types: null, itemIds: null, disabled: false };
  const secrets = { secret: 'whsec_', oldSecrets: [], rotation: null };
  return {
    id: itemId(1),
    ...settings,
    ...secrets,
    createdAt: at,
    updatedAt: at,
    version: 0,
    course: 0,
    progress: { epoch: 'epoch-1', position: 0, ...HEALTHY, reset: null, lastDeliveredAt: null },
    ...over,
  };
}

/** A runner on a ledger in memory, with a store and an endpoint that do what the spec wants. */
class Bench {
  readonly ledger = new LedgerInMemory();
  readonly sent: Message[] = [];
  readonly saved: Progress[] = [];
  outdated = 0;
  answer: () => Promise<Outcome> = () => Promise.resolve(OK);
  save: () => Promise<boolean> = () => Promise.resolve(true);
  readonly runner: WebhookRunner;

  constructor(readonly webhook = stored()) {
    this.runner = new WebhookRunner(webhook, {
      source: { advanced: () => new Promise(() => undefined), after: (place) => this.after(place) },
      send: ({ message }) => {
        this.sent.push(message);
        return this.answer();
      },
      save: async ({ progress }) => {
        const kept = await this.save();
        if (kept) this.saved.push(progress);
        return kept;
      },
      onAttempt: () => undefined,
      onStopped: () => undefined,
      onOutdated: () => this.outdated++,
      policy: { baseMs: 1, giveUpMs: 60_000 },
      log: pino({ level: 'silent' }),
    });
  }

  start(ms = 60_000): this {
    this.runner.start(Date.now() + ms);
    return this;
  }

  get positions(): (number | null)[] {
    return this.sent.map(({ position }) => position);
  }

  private async after({ position, epoch }: Progress): Promise<Stretch | Lost> {
    if (epoch !== this.ledger.epoch) return { now: { epoch: this.ledger.epoch, position: this.ledger.head } };
    const { events, position: reached, head } = await this.ledger.read({ after: position, limit: 2 });
    return { events: events as LedgerEvent[], position: reached, more: reached < head };
  }
}

let bench: Bench;
afterEach(() => bench.runner.stop());

describe('a runner', () => {
  it('lets nothing leave before the place of what left is kept', async () => {
    bench = new Bench();
    bench.ledger.append([1, 2, 3].map(itemId));
    let keep: ((kept: boolean) => void) | undefined;
    bench.save = () => new Promise((resolve) => (keep = resolve));
    bench.start();
    for (const position of [1, 2, 3]) {
      await until(() => keep !== undefined);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(bench.positions.at(-1)).toBe(position);
      const go = keep;
      keep = undefined;
      go?.(true);
    }
    await until(() => bench.saved.length === 3);
    expect(bench.positions).toEqual([1, 2, 3]);
  });

  it('waits for a store that is away, and repeats nothing', async () => {
    bench = new Bench();
    bench.ledger.append([1, 2].map(itemId));
    let failures = 1;
    bench.save = () => (failures-- > 0 ? Promise.reject(new Error('away')) : Promise.resolve(true));
    bench.start();
    await until(() => bench.saved.length === 2);
    expect(bench.positions).toEqual([1, 2]);
  });

  it('stops by itself when its lease is over, and when somebody else has it', async () => {
    bench = new Bench().start(-1);
    bench.ledger.append([itemId(1), itemId(2)]);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(bench.sent).toEqual([]);
    bench.save = () => Promise.resolve(false);
    bench.runner.adopt(bench.webhook, Date.now() + 60_000);
    await until(() => bench.outdated === 1);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(bench.positions).toEqual([1]);
  });

  it('goes on where somebody else came to, when it has the webhook again', async () => {
    bench = new Bench();
    bench.ledger.append([1, 2, 3, 4].map(itemId));
    bench.start(-1).runner.adopt(stored({ progress: { ...bench.webhook.progress, position: 3 } }), Date.now() + 60_000);
    await until(() => bench.saved.length === 1);
    expect(bench.positions).toEqual([4]);
  });

  it('forgets what came of an attempt when it was sent elsewhere meanwhile', async () => {
    bench = new Bench();
    bench.ledger.append([1, 2, 3].map(itemId));
    let answer: ((outcome: Outcome) => void) | undefined;
    bench.answer = () => new Promise((resolve) => (answer = resolve));
    bench.start();
    await until(() => answer !== undefined);
    bench.runner.adopt(stored({ version: 1, course: 1, progress: { ...bench.webhook.progress, position: 2 } }));
    bench.answer = () => Promise.resolve(OK);
    answer?.(BAD);
    await until(() => bench.saved.length > 0);
    expect(bench.positions).toEqual([1, 3]);
    expect(bench.saved).toEqual([expect.objectContaining({ position: 3, failures: 0 })]);
    // An older reading of the same webhook, that was under way for long.
    bench.runner.adopt(stored());
    expect(bench.runner.position).toBe(3);
  });

  it.each([
    ['of one item', [itemId(3)], [1, 3]],
    ['of the same items', null, [1, 2, 3, 4]],
  ])('holds to what is wanted now, in the middle of a page: %s', async (_, itemIds, positions) => {
    bench = new Bench();
    bench.ledger.append([1, 2, 3, 2].map(itemId));
    let answer: ((outcome: Outcome) => void) | undefined;
    bench.answer = () => new Promise((resolve) => (answer = resolve));
    bench.start();
    await until(() => answer !== undefined);
    bench.runner.adopt(stored({ version: 1, itemIds }));
    bench.answer = () => Promise.resolve(OK);
    answer?.(OK);
    await until(() => bench.saved.at(-1)?.position === 4);
    expect(bench.positions).toEqual(positions);
  });

  it('tells of another ledger, as long as nobody listens, and then goes on from its head', async () => {
    bench = new Bench(stored({ progress: { ...stored().progress, epoch: 'before', position: 9 } }));
    bench.ledger.append([1, 2].map(itemId));
    let refusals = 2;
    bench.answer = () => Promise.resolve(refusals-- > 0 ? BAD : OK);
    bench.start();
    await until(() => bench.saved.at(-1)?.reset === null);
    expect(new Set(bench.sent.map(({ body }) => body)).size).toBe(1);
    expect(bench.sent.map(({ type, position }) => [type, position])).toEqual(Array(3).fill(['ledger.reset', 2]));
    expect(bench.saved.at(-1)).toMatchObject({ epoch: 'epoch-1', position: 2, failures: 0 });
  });
});
