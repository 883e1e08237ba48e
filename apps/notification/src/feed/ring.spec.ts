import fc from 'fast-check';
import { itemId, LedgerInMemory } from '../../../../test/support/inventory';
import { EventRing } from './ring';

function filled(operations: number[][], bounds = { events: 8, size: 1_000_000 }): [EventRing, LedgerInMemory] {
  const ledger = new LedgerInMemory();
  for (const items of operations) ledger.append(items.map(itemId));
  const ring = new EventRing(bounds);
  ring.restart(0);
  for (const event of ledger.events) ring.push(event);
  return [ring, ledger];
}

describe('the ring of recent events', () => {
  it('gives what the ledger would give, or nothing when it does not reach back so far', () => {
    const operations = fc.array(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }));
    const item = fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined });
    fc.assert(
      fc.property(operations, fc.nat(40), item, (written, after, number) => {
        const [ring, ledger] = filled(written);
        const id = number === undefined ? undefined : itemId(number);
        const slice = ring.after(after, 1_000, id === undefined ? {} : { itemId: id });
        const kept = Math.min(ledger.head, 8);
        expect(slice === undefined).toBe(after < ledger.head - kept || after > ledger.head);
        if (!slice) return;
        const expected = ledger.events.filter((event) => event.position > after && (!id || event.itemId === id));
        expect(slice).toEqual({ events: expected, position: ledger.head });
      }),
    );
  });

  it('ends a slice after an operation, never in it, and says how far it reaches', () => {
    const [ring, ledger] = filled([[1, 1, 1], [2], [1, 1]]);
    expect(ring.after(0, 2)).toEqual({ events: ledger.events.slice(0, 3), position: 3 });
    expect(ring.after(0, 1, { itemId: itemId(1) })).toEqual({ events: ledger.events.slice(0, 3), position: 3 });
    expect(ring.after(3, 1, { itemId: itemId(1) })).toEqual({ events: ledger.events.slice(4), position: 6 });
  });

  it('is bounded by size as well', () => {
    const [ring] = filled(
      Array.from({ length: 100 }, () => [1]),
      { events: 1_000, size: 10_000 },
    );
    expect(ring.length).toBeGreaterThan(5);
    expect(ring.length).toBeLessThan(15);
  });

  it('does not take an event out of order', () => {
    const [ring, ledger] = filled([[1], [2]]);
    expect(() => ledger.events.slice(0, 1).forEach((event) => ring.push(event))).toThrow('expected event 3, got 1');
  });

  it('forgets which items it knew', () => {
    const [ring] = filled([[1], [2], [2], [2], [2], [2], [2], [2], [2]]);
    expect([ring.has(itemId(1)), ring.has(itemId(2))]).toEqual([false, true]);
    ring.restart(50);
    expect(ring.has(itemId(2))).toBe(false);
    expect(ring.after(50, 10)).toEqual({ events: [], position: 50 });
  });
});
