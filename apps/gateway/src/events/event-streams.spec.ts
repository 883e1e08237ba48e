import { createLog } from '@app/common';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ANA, feedOnLedger, type FeedOnLedger } from '../../../../test/support/gateway';
import { itemId } from '../../../../test/support/inventory';
import { until } from '../../../../test/support/sockets';
import { EventStreams } from './event-streams.service';

const [A, B] = [itemId(1), itemId(2)];
const upTo = (last: number, first = 1): number[] => Array.from({ length: last - first + 1 }, (_, at) => first + at);

/** What a client makes of a stream: positions in order, resets, and its Last-Event-ID. */
class Client {
  readonly positions: number[] = [];
  readonly resets: unknown[] = [];
  lastEventId = '';
  ended = false;

  constructor(
    readonly body: Readable,
    readonly itemId?: string,
  ) {
    let text = '';
    body.setEncoding('utf8');
    body.on('data', (chunk: string) => {
      const frames = (text + chunk).split('\n\n');
      text = frames.pop() ?? '';
      frames.forEach((frame) => this.take(frame));
    });
    body.once('close', () => (this.ended = true));
  }

  private take(frame: string): void {
    const fields = Object.fromEntries(frame.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)));
    if (fields.id) this.lastEventId = fields.id;
    if (fields.event === 'reset') this.resets.push(JSON.parse(fields.data ?? ''));
    else if (fields.data) this.positions.push((JSON.parse(fields.data) as { position: number }).position);
  }
}

describe('GET /events/stream', () => {
  let on: FeedOnLedger;
  let streams: EventStreams;
  let holds = true;

  beforeEach(async () => {
    holds = true;
    on = await feedOnLedger();
    begin();
  });
  afterEach(() => on.close());

  function begin(most = 500): void {
    streams = new EventStreams(on.feed, { most, log: createLog('test', 'silent'), holds: () => holds });
  }

  function open(query: { after?: string; itemId?: string; types?: string } = {}, lastEventId?: string): Client {
    return new Client(streams.begin(ANA, query, lastEventId, 'test'), query.itemId);
  }

  it('starts now, and brings what comes', async () => {
    on.ledger.append([A, B]);
    await until(() => on.feed.cursor?.position === 2);
    const client = open();
    on.ledger.append([A, B]);
    await until(() => client.positions.length === 2);
    expect(client.positions).toEqual([3, 4]);
    expect(client.lastEventId).toBe('epoch-1:4');
  });

  it('catches up and goes live without gap or doubling while the ledger grows', async () => {
    on.ledger.pageSize = 7;
    for (let at = 0; at < 3_000; at++) on.ledger.append([at % 2 ? A : B]);
    await on.close();
    on = await feedOnLedger(on.ledger);
    begin();
    const clients = Array.from({ length: 10 }, (_, at) =>
      open({ after: String(at * 100), ...(at % 2 && { itemId: A }) }),
    );
    let writing = true;
    const writer = (async () => {
      for (let at = 0; at < 1_000; at++) {
        on.ledger.append([A, B]);
        if (at % 20 === 0) await sleep(1);
      }
      writing = false;
    })();
    while (writing) {
      clients.push(open({ after: String(on.ledger.head - 3) }), open());
      if (clients.length > 20) clients.shift()?.body.destroy();
      await sleep(20);
    }
    await writer;
    await until(() => clients.every(({ lastEventId }) => Number(lastEventId.split(':')[1]) >= on.ledger.head - 1));
    for (const { positions, resets, itemId: only } of clients) {
      expect(resets).toEqual([]);
      const [first, last = 0] = [positions[0], positions.at(-1)];
      const due = on.ledger.events.filter(({ position, itemId: id }) => position >= first && (!only || id === only));
      expect(positions).toEqual(due.map(({ position }) => position).filter((position) => position <= last));
      expect(last).toBeGreaterThanOrEqual(on.ledger.head - 1);
    }
  });

  it('goes on after Last-Event-ID, which wins over `after`', async () => {
    on.ledger.append([A, B, A]);
    await until(() => on.feed.cursor?.position === 3);
    const client = open({ after: '0' }, 'epoch-1:2');
    await until(() => client.positions.length === 1);
    expect(client.positions).toEqual([3]);
  });

  it.each(['epoch-0:1', 'epoch-1:99', 'nonsense'])(
    'says reset when it cannot continue after %s, and goes on',
    async (id) => {
      on.ledger.append([A, B]);
      await until(() => on.feed.cursor?.position === 2);
      const client = open({}, id);
      await until(() => client.resets.length === 1);
      expect(client.resets).toEqual([{ epoch: 'epoch-1', position: 2 }]);
      on.ledger.append([A]);
      await until(() => client.positions.length === 1);
      expect(client.positions).toEqual([3]);
    },
  );

  it('waits for a place that the feed is only about to reach', async () => {
    on.ledger.held = true;
    await sleep(20);
    const head = on.ledger.append([A, B]);
    const client = open({ after: String(head - 1) });
    await sleep(50);
    on.ledger.release();
    await until(() => client.positions.length === 1);
    expect([client.positions, client.resets]).toEqual([[2], []]);
  });

  it('says reset when the ledger becomes another one', async () => {
    on.ledger.append([A, B]);
    const client = open({ after: '0' });
    await until(() => client.positions.length === 2);
    on.ledger.replace('epoch-2', 1);
    await until(() => client.resets.length === 1);
    expect(client.resets).toEqual([{ epoch: 'epoch-2', position: 1 }]);
    on.ledger.append([A]);
    await until(() => client.positions.length === 3);
    expect(client.lastEventId).toBe('epoch-2:2');
  });

  it('drops a page of the old ledger that arrives after the reset', async () => {
    on.ledger.append([A, B, A]);
    await on.close();
    on = await feedOnLedger(on.ledger);
    begin();
    const read = on.feed.read.bind(on.feed);
    let answer: (() => void) | undefined;
    jest.spyOn(on.feed, 'read').mockImplementationOnce(async (...args) => {
      const page = await read(...args);
      await new Promise<void>((resolve) => (answer = resolve));
      return page;
    });
    const client = open({ after: '0' });
    await until(() => answer !== undefined);
    on.ledger.replace('epoch-2', 1);
    await until(() => client.resets.length === 1);
    answer?.();
    on.ledger.append([A]);
    await until(() => client.positions.length > 0);
    await sleep(50);
    expect(client.positions).toEqual([2]);
    expect(client.lastEventId).toBe('epoch-2:2');
  });

  it('keeps its place while the inventory is away', async () => {
    on.ledger.append([A]);
    const client = open({ after: '0' });
    await until(() => client.positions.length === 1);
    await on.cut();
    const late = open({ after: '0' });
    on.ledger.append([A, B]);
    await on.restore();
    await until(() => client.positions.length === 3 && late.positions.length === 3);
    expect([client.positions, late.positions]).toEqual([upTo(3), upTo(3)]);
    expect([client.resets, late.resets]).toEqual([[], []]);
  });

  it('keeps a bounded part for a client that reads slowly, and gives it everything all the same', async () => {
    const body = streams.begin(ANA, { after: '0' }, undefined, 'test');
    let most = 0;
    for (let at = 0; at < 15; at++) {
      for (let one = 0; one < 100; one++) on.ledger.append([A], { note: 'n'.repeat(1_000) });
      await until(() => on.feed.cursor?.position === on.ledger.head);
      most = Math.max(most, body.readableLength);
    }
    // Of more than 2.4 MB that were written.
    expect(most).toBeLessThan(1_200_000);
    const client = new Client(body);
    await until(() => client.positions.length === 1_500);
    expect(client.positions).toEqual(upTo(1_500));
  });

  it('ends with the session of its caller, with the gateway, and beyond the bound', async () => {
    begin(2);
    const [one, other] = [open(), open()];
    expect(() => open()).toThrow(expect.objectContaining({ code: 'overloaded' }));
    one.body.destroy();
    await until(() => streams.open === 1);
    holds = false;
    await until(() => other.ended, 2_000);
    holds = true;
    const last = open();
    await on.feed.stop();
    await until(() => last.ended);
    expect(streams.open).toBe(0);
    expect(() => open()).toThrow(expect.objectContaining({ code: 'unavailable' }));
  });
});
