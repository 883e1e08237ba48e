import type { EventText } from '@app/contracts';
import { EventRing } from './event-ring';

const event = (position: number, json = '{}'): EventText => ({
  position,
  type: 'stock.issued',
  itemId: 'a',
  seq: position,
  location: 'main',
  json,
});
const events = (from: number, to: number): EventText[] =>
  Array.from({ length: to - from + 1 }, (_, index) => event(from + index));
const positions = (ring: EventRing, after: number): number[] | undefined =>
  ring.after(after)?.map((entry) => entry.position);

describe('EventRing', () => {
  it('gives what comes after a position, as far back as it reaches and never from the future', () => {
    const ring = new EventRing({ events: 5, bytes: 1_000_000 });
    ring.reset(10);
    expect(positions(ring, 10)).toEqual([]);
    ring.push(events(11, 13));
    expect(positions(ring, 10)).toEqual([11, 12, 13]);
    expect(positions(ring, 13)).toEqual([]);
    expect(positions(ring, 9)).toBeUndefined();
    expect(positions(ring, 14)).toBeUndefined();
  });

  it('stays within its bounds, without a gap, however long it runs', () => {
    const ring = new EventRing({ events: 5, bytes: 1_000_000 });
    ring.reset(0);
    for (let at = 1; at <= 200; at += 3) ring.push(events(at, at + 2));
    expect(ring.newest).toBe(201);
    expect(positions(ring, 196)).toEqual([197, 198, 199, 200, 201]);
    expect(positions(ring, 195)).toBeUndefined();
  });

  it('is bounded by bytes too', () => {
    const ring = new EventRing({ events: 1_000, bytes: 20_000 });
    ring.reset(0);
    for (let at = 1; at <= 50; at++) ring.push([event(at, 'x'.repeat(2_000))]);
    expect(ring.newest).toBe(50);
    expect(ring.after(45)).toHaveLength(5);
    expect(ring.after(35)).toBeUndefined();
  });

  it('forgets everything at a reset', () => {
    const ring = new EventRing({ events: 5, bytes: 1_000_000 });
    ring.push(events(1, 3));
    ring.reset(100);
    expect(positions(ring, 2)).toBeUndefined();
    expect(positions(ring, 100)).toEqual([]);
    expect(ring.newest).toBe(100);
  });
});
