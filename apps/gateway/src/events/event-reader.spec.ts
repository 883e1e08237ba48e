import { setTimeout as sleep } from 'node:timers/promises';
import type { EventPage, ReadEvents } from '@app/contracts';
import { feedOnLedger, type FeedOnLedger } from '../../../../test/support/gateway';
import { itemId } from '../../../../test/support/inventory';
import { until } from '../../../../test/support/sockets';
import { timed } from '../../../../test/support/stopwatch';
import { EventReader } from './event-reader.service';

const [A, B] = [itemId(1), itemId(2)];

describe('GET /events', () => {
  let on: FeedOnLedger;
  let reader: EventReader;

  beforeEach(async () => {
    on = await feedOnLedger();
    reader = new EventReader(on.feed);
  });
  afterEach(() => on.close());

  async function read(
    query: ReadEvents,
    { gone = new AbortController().signal, minPosition = 0 } = {},
  ): Promise<EventPage> {
    const { position, json } = await reader.read(query, { requestId: 'test', minPosition, gone });
    const page = JSON.parse(json) as EventPage;
    expect(page.position).toBe(position);
    return page;
  }

  const positions = ({ events }: EventPage): number[] => events.map(({ position }) => position);

  it('reads from memory, filtered, and moves on when the filter matches nothing', async () => {
    const head = on.ledger.append([A, B, A, B]);
    await until(() => on.feed.cursor?.position === head);
    expect(positions(await read({ itemId: B }))).toEqual([2, 4]);
    expect(positions(await read({ after: 1, limit: 2 }))).toEqual([2, 3]);
    expect(await read({ after: 1, types: 'item.deleted' })).toEqual({
      epoch: 'epoch-1',
      position: 4,
      head: 4,
      events: [],
    });
    expect(positions(await read({ types: 'item.created, stock.received', itemId: A }))).toEqual([1, 3]);
    expect(on.ledger.reads.every(({ waitMs }) => waitMs !== 0 || on.ledger.reads.length < 4)).toBe(true);
  });

  it('reads what memory does not reach from the ledger', async () => {
    await on.close();
    on.ledger.append([A, B, A]);
    on = await feedOnLedger(on.ledger);
    reader = new EventReader(on.feed);
    expect(positions(await read({ after: 0 }))).toEqual([1, 2, 3]);
    expect(positions(await read({ after: 1, itemId: A }))).toEqual([3]);
  });

  it('waits for an event that is wanted, and is answered at once when it comes', async () => {
    const waiting = read({ itemId: B, wait: 20 });
    await until(() => reader.waiting === 1);
    on.ledger.append([A]);
    await sleep(50);
    expect(reader.waiting).toBe(1);
    on.ledger.append([B]);
    const { answer, ms } = await timed(waiting);
    expect(positions(answer)).toEqual([2]);
    expect(ms).toBeLessThan(1_000);
    expect(reader.waiting).toBe(0);
  });

  it('answers an empty page with the newest position when the wait is over', async () => {
    const waiting = read({ itemId: B, wait: 1 });
    await until(() => reader.waiting === 1);
    on.ledger.append([A, A]);
    expect(await waiting).toEqual({ epoch: 'epoch-1', position: 2, head: 2, events: [] });
  });

  it('does not ask the ledger again for those who wait', async () => {
    const waiting = Array.from({ length: 200 }, () => read({ wait: 30 }));
    await until(() => reader.waiting === 200);
    const before = on.ledger.reads.length;
    on.ledger.append([A]);
    for (const page of await Promise.all(waiting)) expect(positions(page)).toEqual([1]);
    expect(on.ledger.reads.length - before).toBeLessThan(5);
  });

  it('lets go of a client that has left, and of all when it stops', async () => {
    const gone = new AbortController();
    const left = read({ wait: 30 }, { gone: gone.signal });
    const stays = read({ wait: 30 });
    await until(() => reader.waiting === 2);
    gone.abort();
    await left;
    expect(reader.waiting).toBe(1);
    await on.feed.stop();
    expect((await stays).events).toEqual([]);
  });

  it('refuses a foreign epoch and a place beyond the head', async () => {
    on.ledger.append([A]);
    await until(() => on.feed.cursor?.position === 1);
    const refusal = { code: 'epoch-changed', extra: { epoch: 'epoch-1', head: 1 } };
    await expect(read({ after: 1, epoch: 'epoch-0' })).rejects.toMatchObject(refusal);
    await expect(read({ after: 2 })).rejects.toMatchObject(refusal);
    await expect(read({ types: 'stock.stolen' })).rejects.toMatchObject({ code: 'validation' });
  });

  it('shows what was acknowledged, and what is asked for, before the feed has told', async () => {
    on.ledger.append([A]);
    await until(() => on.feed.cursor?.position === 1);
    on.ledger.held = true;
    await sleep(20);
    on.ledger.append([A]);
    expect(positions(await read({}, { minPosition: 2 }))).toEqual([1, 2]);
    on.feed.acknowledge(on.ledger.append([A]));
    expect(positions(await read({ after: 1 }))).toEqual([2, 3]);
    await expect(read({}, { minPosition: 4 })).rejects.toMatchObject({ code: 'epoch-changed' });
  });

  it('misses nothing that comes while an older page is on its way', async () => {
    await on.close();
    on.ledger.append([A, B]);
    on = await feedOnLedger(on.ledger);
    reader = new EventReader(on.feed);
    const older = on.feed.read.bind(on.feed);
    jest.spyOn(on.feed, 'read').mockImplementationOnce(async (...args) => {
      const page = await older(...args);
      on.ledger.append([A]);
      await until(() => on.feed.cursor?.position === 3);
      return page;
    });
    const { answer, ms } = await timed(read({ after: 1, itemId: A, wait: 20 }));
    expect(positions(answer)).toEqual([3]);
    expect(ms).toBeLessThan(10_000);
  });

  it('does not take its memory for current while the ledger is silent', async () => {
    on.ledger.append([A]);
    await until(() => on.feed.cursor?.position === 1);
    await on.cut();
    expect(positions(await read({}))).toEqual([1]);
    await sleep(2_100);
    await expect(read({})).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('tells those who wait when the ledger becomes another one', async () => {
    const waiting = read({ epoch: 'epoch-1', wait: 10 });
    await until(() => reader.waiting === 1);
    on.ledger.replace('epoch-2', 0);
    await expect(waiting).rejects.toMatchObject({ code: 'epoch-changed', extra: { epoch: 'epoch-2' } });
  });
});
