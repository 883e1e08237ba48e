import type { LedgerEvent } from '@app/contracts';
import { evolve, levelAt, totalsOf, unborn, type Draft, type ItemState } from '../items/item';
import { isRejection } from '../items/rejection';
import { Counts, type Moment } from './counts';
import type { ItemLine } from './line';
import { halvesOf, irreversible, reverse } from './reversal';
import { move } from './stock';

const ID = 'a'.repeat(24);

/** One item and all that happened to it. */
class History {
  readonly events: LedgerEvent[] = [];
  state: ItemState = unborn(ID);
  private readonly counts = new Counts();
  private minute = 0;

  move(type: ItemLine['type'], quantity: number, more: Partial<ItemLine> = {}, effectiveAt?: string): LedgerEvent[] {
    const lines = [{ itemId: ID, type, quantity, ...more }];
    return this.record(move(new Map([[ID, this.state]]), lines, { effectiveAt }, this.now(), this.firstCount));
  }

  reverse(position: number): LedgerEvent[] {
    return this.record(reverse(this.state, halvesOf(position, this.events), this.now(), this.firstCount));
  }

  private readonly firstCount = (moment: Moment): string | undefined => this.counts.first(moment);

  private now(): string {
    return new Date(Date.UTC(2026, 0, 1, 0, this.minute++)).toISOString();
  }

  private record(decision: ReturnType<typeof move>): LedgerEvent[] {
    if (isRejection(decision)) throw new Error(decision.rejected);
    const events = decision.map(({ draft }) => this.append(draft, String(this.minute)));
    this.counts.add(events);
    return events;
  }

  private append(draft: Draft, operationId: string): LedgerEvent {
    const position = this.events.length + 1;
    const at = draft.effectiveAt;
    const before = this.state;
    this.state = evolve(before, draft, { seq: position, position, at });
    const facts = { position, seq: position, at, operationId, before: totalsOf(before), after: totalsOf(this.state) };
    const event = { links: {}, itemId: ID, ...draft, ...facts } as LedgerEvent;
    this.events.push(event);
    return event;
  }
}

const shown = (events: LedgerEvent[]): unknown[] =>
  events.map(({ type, location, change, links }) => [type, location, change.onHand, links.reverses]);

describe('a reversal', () => {
  let history: History;

  beforeEach(() => {
    history = new History();
    history.move('receive', 10);
  });

  it('is the opposite, with a link to what it takes back', () => {
    history.move('issue', 4);
    expect(shown(history.reverse(2))).toEqual([['stock.reversed', 'main', 4, 2]]);
    expect(history.state.quantity).toBe(10);
  });

  it('takes back both halves of a transfer, by either position, the arrival first', () => {
    for (const half of [0, 1]) {
      const [out, arrived] = history.move('transfer', 3, { toLocation: 'shop' });
      expect(shown(history.reverse((out?.position ?? 0) + half))).toEqual([
        ['stock.reversed', 'shop', -3, arrived?.position],
        ['stock.reversed', 'main', 3, out?.position],
      ]);
      expect([levelAt(history.state, 'main').onHand, levelAt(history.state, 'shop').onHand]).toEqual([10, 0]);
    }
  });

  it('gives back what was set aside, and the other way round', () => {
    history.move('set_aside', 4);
    history.reverse(2);
    expect(history.state.unavailable).toBe(0);
    history.move('set_aside', 4);
    history.move('put_back', 3);
    history.reverse(5);
    expect(history.state.unavailable).toBe(4);
  });

  it('needs the stock that it takes', () => {
    history.move('issue', 8);
    expect(() => history.reverse(1)).toThrow('insufficient-stock');
    const other = new History();
    other.move('receive', 5);
    other.move('transfer', 5, { toLocation: 'shop' });
    other.move('issue', 1, { location: 'shop' });
    expect(() => other.reverse(2)).toThrow('insufficient-stock');
  });

  it('leaves today to a count made since: what was counted is what is there', () => {
    history.move('count', 7);
    expect(shown(history.reverse(1))).toEqual([
      ['stock.counted', 'main', 10, undefined],
      ['stock.reversed', 'main', -10, 1],
    ]);
    expect(history.state.quantity).toBe(7);
    history.move('receive', 2);
    history.reverse(5);
    expect(history.state.quantity).toBe(7);
  });

  it('of a movement from before a count changes today as little as the movement did', () => {
    history.move('count', 7);
    const [made, issued] = history.move('issue', 2, {}, '2026-01-01T00:00:30.000Z');
    expect([made?.type, issued?.type]).toEqual(['stock.counted', 'stock.issued']);
    history.reverse(issued?.position ?? 0);
    expect(history.state.quantity).toBe(7);
  });

  it('of what is older than several counts ends at the first of them', () => {
    history.move('count', 7);
    history.move('count', 6);
    expect(history.reverse(1).map(({ type, effectiveAt }) => [type, effectiveAt])).toEqual([
      ['stock.counted', '2026-01-01T00:01:00.000Z'],
      ['stock.reversed', '2026-01-01T00:00:00.000Z'],
    ]);
    expect(history.state.quantity).toBe(6);
  });

  it('of what was counted in the same millisecond goes by the position', () => {
    const day = '2025-12-01T00:00:00.000Z';
    const [before] = history.move('receive', 5, {}, day);
    history.move('count', 20, {}, day);
    const [after] = history.move('receive', 3, {}, day);
    // What makes up for something older has the time of the count and a later position, and is none.
    expect(shown(history.move('issue', 2, {}, '2025-11-01T00:00:00.000Z'))).toEqual([
      ['stock.counted', 'main', 2, undefined],
      ['stock.issued', 'main', -2, undefined],
    ]);
    expect(history.state.quantity).toBe(23);
    expect(shown(history.reverse(after?.position ?? 0))).toEqual([['stock.reversed', 'main', -3, after?.position]]);
    expect(history.state.quantity).toBe(20);
    expect(history.reverse(before?.position ?? 0).map(({ type, effectiveAt }) => [type, effectiveAt])).toEqual([
      ['stock.counted', day],
      ['stock.reversed', day],
    ]);
    expect(history.state.quantity).toBe(20);
  });

  it('is for movements only', () => {
    const [received] = history.events as [LedgerEvent];
    expect(irreversible(received)).toBeUndefined();
    for (const type of ['item.created', 'item.deleted', 'stock.counted', 'stock.reversed', 'stock.reserved'] as const)
      expect(irreversible({ ...received, type })).toMatchObject({
        rejected: 'not-reversible',
        extra: { eventType: type },
      });
    for (const links of [{ reservationId: 'r' }, { transferId: 't' }, { expectationId: 'e' }, { stocktakeId: 's' }])
      expect(irreversible({ ...received, links })).toMatchObject({ rejected: 'not-reversible' });
  });

  it('does not take the neighbour of another operation for the other half', () => {
    const [out, arrived] = history.move('transfer', 3, { toLocation: 'shop' });
    const [, next] = history.move('transfer', 1, { toLocation: 'shop' });
    const all = [out, { ...arrived, operationId: 'another' }, next] as LedgerEvent[];
    expect(halvesOf(out?.position ?? 0, all)).toEqual([out]);
    expect(halvesOf(99, all)).toEqual([]);
  });
});
