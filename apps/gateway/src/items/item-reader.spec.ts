import { setTimeout as sleep } from 'node:timers/promises';
import { feedOnLedger, type FeedOnLedger } from '../../../../test/support/gateway';
import { itemId } from '../../../../test/support/inventory';
import { until } from '../../../../test/support/sockets';
import { ItemReader } from './item-reader.service';

const [A, B] = [itemId(1), itemId(2)];

describe('ItemReader', () => {
  let on: FeedOnLedger;
  let reader: ItemReader;

  beforeEach(async () => {
    on = await feedOnLedger();
    reader = new ItemReader(on.calls, on.feed, 100);
    on.ledger.append([A, B]);
    await heard();
  });
  afterEach(() => on.close());

  const heard = (): Promise<void> => until(() => on.feed.cursor?.position === on.ledger.head);

  it('serves from memory what it read once, with the place of the feed', async () => {
    expect(reader.peek(A, 0)).toBeUndefined();
    const { item, position } = await reader.read(A, 'test');
    expect([item.seq, position]).toEqual([1, 2]);
    on.ledger.append([B]);
    await heard();
    expect(reader.peek(A, 0)).toMatchObject({ item: { seq: 1, json: item.json }, position: 3 });
    expect(reader.peek(A, 4)).toBeUndefined();
  });

  it('forgets an item when the feed tells of a change', async () => {
    await reader.read(A, 'test');
    on.ledger.append([A]);
    await heard();
    expect(reader.peek(A, 0)).toBeUndefined();
    expect((await reader.read(A, 'test')).item.seq).toBe(2);
  });

  it('reads its own writes, whatever is under way and before the feed has told', async () => {
    await reader.read(A, 'test');
    on.ledger.held = true;
    const before = reader.read(A, 'test');
    const seq = on.ledger.append([A]) && 2;
    reader.changed(A, seq);
    expect(reader.peek(A, 0)).toBeUndefined();
    expect((await reader.read(A, 'test')).item.seq).toBe(2);
    await before;
    expect(reader.peek(A, 0)?.item.seq ?? 2).toBe(2);
  });

  it('says not-found at once for an item that was deleted', async () => {
    await reader.read(A, 'test');
    on.ledger.held = true;
    on.ledger.append([A], { type: 'item.deleted' });
    reader.catalogueChanged(A, Number.POSITIVE_INFINITY);
    await expect(reader.read(A, 'test')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('gathers the reads of one turn into one call, and shares equal ones', async () => {
    const sent: number[] = [];
    const call = on.calls.call.bind(on.calls);
    jest.spyOn(on.calls, 'call').mockImplementation((message, body, options) => {
      sent.push((body as { ids: string[] }).ids.length);
      return call(message, body, options);
    });
    const ids = Array.from({ length: 1_100 }, (_, at) => itemId(at % 700));
    const outcomes = await Promise.allSettled(ids.map((id) => reader.read(id, 'test')));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    expect(sent).toEqual([500, 200]);
  });

  it('does not trust its memory while the feed is silent', async () => {
    await reader.read(A, 'test');
    await on.cut();
    expect(reader.peek(A, 0)).toBeDefined();
    await sleep(2_100);
    expect(reader.peek(A, 0)).toBeUndefined();
    await expect(reader.read(A, 'test')).rejects.toMatchObject({ code: 'unavailable' });
    on.ledger.append([A]);
    await on.restore();
    await heard();
    expect((await reader.read(A, 'test')).item.seq).toBe(2);
  });

  it('forgets everything when the ledger becomes another one', async () => {
    await reader.read(A, 'test');
    const { etag } = (await reader.read(B, 'test')).item;
    on.ledger.replace('epoch-2', 2);
    await until(() => on.feed.cursor?.epoch === 'epoch-2');
    expect(reader.peek(A, 0)).toBeUndefined();
    expect((await reader.read(B, 'test')).item.etag).not.toBe(etag);
  });

  it('never serves an older state than the feed has told of, under concurrent writes', async () => {
    let writing = true;
    const writer = (async () => {
      for (let at = 0; at < 400; at++) {
        on.ledger.append([A]);
        if (at % 3 === 0) await sleep(1);
      }
      writing = false;
    })();
    let reads = 0;
    while (writing) {
      const told = on.feed.cursor?.position ?? 0;
      const floor = on.ledger.events.filter(({ itemId: id, position }) => id === A && position <= told).length;
      const { item } = reader.peek(A, 0) ?? (await reader.read(A, 'test'));
      expect(item.seq).toBeGreaterThanOrEqual(floor);
      reads++;
      if (reads % 5 === 0) await sleep(0);
    }
    await writer;
    expect(reads).toBeGreaterThan(100);
  });
});
