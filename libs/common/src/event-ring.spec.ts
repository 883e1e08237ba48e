import type { EventText } from '@app/contracts';
import { EventRing } from './event-ring';

/** An event whose JSON has so many characters. */
const event = (position: number, size: number): EventText => ({
  position,
  type: 'stock.issued',
  itemId: 'a',
  seq: position,
  location: 'main',
  json: ' '.repeat(size),
});

describe('the ring of newest events', () => {
  it('gives what comes after a position, and nothing when the position is older than it reaches', () => {
    const ring = new EventRing({ events: 3, bytes: 1_000 }, 10);
    for (let position = 11; position <= 20; position++) ring.push(event(position, 1));
    expect(ring.after(17, 10, 100)?.map(({ position }) => position)).toEqual([18, 19, 20]);
    expect(ring.after(18, 1, 100)?.map(({ position }) => position)).toEqual([19]);
    expect(ring.after(20, 10, 100)).toEqual([]);
    expect([ring.after(16), ring.after(21)]).toEqual([undefined, undefined]);
    expect(ring.after(17)).toHaveLength(3);
    expect([ring.from, ring.head]).toEqual([17, 20]);
  });

  it('is bounded by size too, and a page is', () => {
    const ring = new EventRing({ events: 100, bytes: 10 }, 0);
    for (let position = 1; position <= 20; position++) ring.push(event(position, 4));
    expect(ring.from).toBe(18);
    expect(ring.after(18, 10, 5)).toHaveLength(1);
  });

  it('holds at most twice what it gives, also when few large events fill it', () => {
    const ring = new EventRing({ events: 1_000, bytes: 10 }, 0);
    for (let position = 1; position <= 900; position++) ring.push(event(position, 4));
    const kept = (Reflect.get(ring, 'events') as EventText[]).length;
    expect(kept).toBeLessThanOrEqual(2 * (ring.head - ring.from));
  });

  it('refuses an event that does not follow', () => {
    const ring = new EventRing({ events: 3, bytes: 10 }, 5);
    expect(() => ring.push(event(7, 1))).toThrow('does not follow');
  });
});
