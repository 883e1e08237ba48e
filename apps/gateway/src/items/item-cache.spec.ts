import { ItemCache, type CachedItem, type Fill } from './item-cache';

const item = (seq: number, id = 'a'): CachedItem => ({ id, seq, json: `{"seq":${seq}}`, etag: `"${seq}"` });
const fill = (id = 'a', begunAt = 0): Fill => ({ id, begunAt, minSeq: 0, open: true });

describe('ItemCache', () => {
  let cache: ItemCache;

  beforeEach(() => {
    cache = new ItemCache({ items: 3, bytes: 10_000 });
  });

  function read(seq: number, id = 'a'): void {
    cache.end(cache.begin(fill(id)), { item: item(seq, id), position: 100 });
  }

  it('keeps what was read', () => {
    read(1);
    expect(cache.get('a')?.seq).toBe(1);
  });

  it('drops an entry when the item has changed, and keeps one that shows the change already', () => {
    read(2);
    cache.outdate('a', 2);
    expect(cache.get('a')?.seq).toBe(2);
    cache.outdate('a', 3);
    expect(cache.get('a')).toBeUndefined();
  });

  it('does not keep a read that was under way when the item changed, unless it shows the change', () => {
    const [old, fresh] = [cache.begin(fill()), cache.begin(fill())];
    cache.outdate('a', 5);
    cache.end(old, { item: item(4), position: 100 });
    expect(cache.get('a')).toBeUndefined();
    cache.end(fresh, { item: item(5), position: 100 });
    expect(cache.get('a')?.seq).toBe(5);
  });

  it('does not keep anything that was under way when the item changed in an unknown way', () => {
    const read = cache.begin(fill());
    cache.outdate('a', Number.POSITIVE_INFINITY);
    cache.end(read, { item: item(9), position: 100 });
    expect(cache.get('a')).toBeUndefined();
  });

  it('lets nobody share a read that had begun before a change', () => {
    const before = cache.begin(fill());
    expect(cache.shared('a')).toBe(before);
    cache.outdate('a', 2);
    expect(cache.shared('a')).toBeUndefined();
    const after = cache.begin(fill());
    expect(cache.shared('a')).toBe(after);
    cache.end(before);
    cache.end(after);
    expect(cache.shared('a')).toBeUndefined();
  });

  it('never puts an older state over a newer one, in whatever order reads end', () => {
    const [slow, quick] = [cache.begin(fill()), cache.begin(fill())];
    cache.end(quick, { item: item(7), position: 100 });
    cache.end(slow, { item: item(6), position: 100 });
    expect(cache.get('a')?.seq).toBe(7);
  });

  it('does not keep an answer from before the place where the read began', () => {
    cache.end(cache.begin(fill('a', 50)), { item: item(1), position: 49 });
    expect(cache.get('a')).toBeUndefined();
  });

  it('forgets everything at a reset, also what is under way', () => {
    read(1, 'b');
    const underway = cache.begin(fill());
    cache.clear();
    cache.end(underway, { item: item(1), position: 100 });
    expect([cache.get('a'), cache.get('b'), cache.size]).toEqual([undefined, undefined, 0]);
  });

  it('is bounded by count and by bytes', () => {
    for (const id of ['a', 'b', 'c', 'd']) read(1, id);
    expect(cache.size).toBe(3);
    const large = { ...item(1, 'e'), json: 'x'.repeat(9_000) };
    cache.end(cache.begin(fill('e')), { item: large, position: 100 });
    expect(cache.size).toBeLessThan(4);
    expect(cache.get('a')).toBeUndefined();
  });

  it('keeps nothing with a size of 0, and still shares reads', () => {
    cache = new ItemCache({ items: 0, bytes: 1_000 });
    const underway = cache.begin(fill());
    expect(cache.shared('a')).toBe(underway);
    cache.end(underway, { item: item(1), position: 1 });
    expect(cache.get('a')).toBeUndefined();
  });

  /** A model of ledger, feed and readers, in random order: what is served is never older than what the feed has told. */
  it('never serves what the feed has outdated, in 20,000 random interleavings', () => {
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    let [ledger, told] = [1, 1];
    const underway: { read: Fill; seq: number; position: number }[] = [];
    for (let step = 0; step < 20_000; step++) {
      const choice = random(5);
      if (choice === 0) ledger++;
      else if (choice === 1 && told < ledger) cache.outdate('a', ++told);
      else if (choice === 2) underway.push({ read: cache.begin(fill('a', told)), seq: ledger, position: ledger });
      else if (choice === 3) {
        const [ended] = underway.splice(random(Math.max(1, underway.length)), 1);
        if (ended) cache.end(ended.read, { item: item(ended.seq), position: ended.position });
      }
      expect(cache.get('a')?.seq ?? told).toBeGreaterThanOrEqual(told);
    }
  });
});
