import type { LedgerEvent } from '@app/contracts';
import fc from 'fast-check';
import { setImmediate as turn } from 'node:timers/promises';
import { itemId, LedgerInMemory } from '../../../../test/support/inventory';
import { Gate } from '../feed/gate';
import { ALL, belongs, itemPlace, type Place, type RoomFilter } from '../feed/place';
import { EventRing, type Slice } from '../feed/ring';
import { CatchUp, type Feed, type History } from './catch-up';
import { Subscription, type Outlet } from './subscription';

/** Everything that happens at a time of its own, so that the order can be chosen: each promise waits until it is picked. */
class Timing {
  private readonly open: (() => void)[] = [];

  get waiting(): number {
    return this.open.length;
  }

  later(): Promise<void> {
    return new Promise((resolve) => this.open.push(resolve));
  }

  pick(which: number): void {
    const [chosen] = this.open.splice(which % Math.max(1, this.open.length), 1);
    chosen?.();
  }
}

/** A feed that lags behind its ledger and remembers little of it. */
class LateFeed implements Feed {
  position = 0;
  readonly live = new Set<{ subscription: Subscription; got: LedgerEvent[] }>();
  private readonly ring = new EventRing({ events: 4, size: 1_000_000 });
  private wake = (): void => undefined;
  private step = this.next();

  constructor(private readonly ledger: LedgerInMemory) {
    this.ring.restart(0);
  }

  recent(after: number, limit: number, filter?: RoomFilter): Slice | undefined {
    return this.ring.after(after, limit, filter);
  }

  advanced(): Promise<void> {
    return this.step;
  }

  move(count: number): void {
    const events = this.ledger.events.slice(this.position, this.position + count);
    if (events.length === 0) return;
    for (const event of events) {
      this.ring.push(event);
      for (const { subscription, got } of this.live) {
        const { state, place } = subscription;
        if (state === 'live' && belongs(event, false, place.filter)) got.push(event);
      }
    }
    this.position += events.length;
    this.wake();
    this.step = this.next();
  }

  private next(): Promise<void> {
    return new Promise((resolve) => (this.wake = resolve));
  }
}

/** A ledger that answers when it likes, with short pages, or not at all. */
class SlowHistory implements History {
  failures = 0;

  constructor(
    private readonly ledger: LedgerInMemory,
    private readonly timing: Timing,
  ) {}

  async page(after: number, limit: number, filter?: RoomFilter): Promise<Slice | undefined> {
    await this.timing.later();
    if (this.failures > 0) {
      this.failures--;
      return undefined;
    }
    return this.ledger.read({ after, limit, ...filter });
  }

  pause(): Promise<void> {
    return this.timing.later();
  }
}

/** A socket that has room for more only now and then. */
class TightOutlet implements Outlet {
  hasRoom = true;
  readonly got: LedgerEvent[] = [];

  constructor(private readonly timing: Timing) {}

  async roomForMore(): Promise<void> {
    if (this.hasRoom) return;
    await this.timing.later();
    this.hasRoom = true;
  }

  send(_: Subscription, events: LedgerEvent[]): void {
    this.got.push(...events);
    this.hasRoom = false;
  }
}

type Action =
  | { kind: 'write'; items: number[]; location: string | null; category: (string | null)[] }
  | { kind: 'move'; number: number }
  | { kind: 'pick'; number: number }
  | { kind: 'fail'; number: number }
  | { kind: 'subscribe'; place: Place; back: number };

const PLACES: Place[] = [
  { room: 'items', kind: 'items', filter: ALL },
  ...[1, 2, 3].map((each) => itemPlace(itemId(each))),
  { room: 'location:shop', kind: 'location', filter: { location: 'shop' } },
  { room: 'category:tea', kind: 'category', filter: { category: 'tea' } },
];

const number = (kind: 'move' | 'pick' | 'fail', max: number): fc.Arbitrary<Action> =>
  fc.integer({ min: 1, max }).map((chosen) => ({ kind, number: chosen }));
const actions = fc.array(
  fc.oneof<fc.Arbitrary<Action>[]>(
    fc.record({
      kind: fc.constant('write' as const),
      items: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 }),
      location: fc.constantFrom('main', 'shop', null),
      category: fc.constantFrom(['tea', 'tea'], ['tea', 'pots'], [null, null], [null, 'tea']),
    }),
    number('move', 6),
    number('pick', 20),
    number('pick', 20),
    number('fail', 2),
    fc.record({
      kind: fc.constant('subscribe' as const),
      place: fc.constantFrom<Place>(...PLACES),
      back: fc.nat(15),
    }),
  ),
  { maxLength: 80, size: 'max' },
);

class World {
  readonly ledger = new LedgerInMemory();
  readonly timing = new Timing();
  readonly feed = new LateFeed(this.ledger);
  readonly history = new SlowHistory(this.ledger, this.timing);
  readonly subscribers: { subscription: Subscription; start: number; got: LedgerEvent[] }[] = [];
  private readonly steps = new Gate(2, Number.POSITIVE_INFINITY);
  private readonly running: Promise<void>[] = [];

  async act(action: Action): Promise<void> {
    if (action.kind === 'write') this.write(action);
    else if (action.kind === 'move') this.feed.move(action.number);
    else if (action.kind === 'pick') this.timing.pick(action.number);
    else if (action.kind === 'fail') this.history.failures += action.number;
    else this.subscribe(action.place, Math.max(0, this.ledger.head - action.back));
    await turn();
  }

  /** Lets everything that is under way come to its end. */
  async settle(): Promise<void> {
    this.feed.move(this.ledger.head);
    this.history.failures = 0;
    for (let left = 2_000; left > 0; left--) {
      await turn();
      if (this.timing.waiting > 0) this.timing.pick(0);
      else if (this.subscribers.every(({ subscription }) => subscription.state === 'live')) break;
    }
    await Promise.all(this.running);
  }

  private write({ items, location, category: [former = null, category = null] }: Action & { kind: 'write' }): void {
    const fields = former === category ? null : { category: [former, category] as [unknown, unknown] };
    this.ledger.append(items.map(itemId), { location, category, fields });
  }

  private subscribe(place: Place, start: number): void {
    const subscription = new Subscription(place, false, start);
    const outlet = new TightOutlet(this.timing);
    const entry = { subscription, start, got: outlet.got };
    const catchUp = new CatchUp(this.feed, this.history, this.steps, 3, () => this.feed.live.add(entry));
    this.subscribers.push(entry);
    this.running.push(catchUp.run(subscription, outlet));
  }
}

/** Written down once more, so that a mistake in the one is found by the other. */
function roomsAnew({ itemId: id, location, category, fields }: LedgerEvent): string[] {
  return [
    'items',
    `item:${id}`,
    `location:${location}`,
    `category:${category}`,
    `category:${String(fields?.category?.[0])}`,
  ];
}

describe('catching up', () => {
  it('gives every event of the room once and in order, whatever comes between', async () => {
    await fc.assert(
      fc.asyncProperty(actions, async (script) => {
        const world = new World();
        for (const action of script) await world.act(action);
        await world.settle();
        for (const { subscription, start, got } of world.subscribers) {
          const { room } = subscription.place;
          const expected = world.ledger.events.filter(
            (event) => event.position > start && roomsAnew(event).includes(room),
          );
          expect(got.map(({ position }) => position)).toEqual(expected.map(({ position }) => position));
        }
      }),
      { numRuns: 500 },
    );
  });
});
