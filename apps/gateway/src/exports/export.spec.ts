import { DomainError, OpsServer, TcpClient, createLog } from '@app/common';
import { movements, type ListMovements, type MovementListReply } from '@app/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventFeed } from '../events/event-feed.service';
import { GatewayConfig } from '../gateway.config';
import { Exports, type Export } from './export.service';

describe('an export', () => {
  const asked: ListMovements[] = [];
  /** Positions of the ledger; it grows by one with each page that is read. */
  let head: number;
  let failAt: number;

  beforeEach(() => {
    asked.length = 0;
    head = 20;
    failAt = Number.POSITIVE_INFINITY;
  });

  /** Pages of five out of a ledger that is written to meanwhile. */
  function page({ cursor = '0' }: ListMovements): MovementListReply {
    const from = Number(cursor);
    const events = Array.from({ length: Math.min(5, head - from) }, (_, index) => {
      const position = from + index + 1;
      return { position, json: JSON.stringify({ position }) };
    });
    const next = from + events.length < head ? String(from + events.length) : null;
    const answer = { events, page: { limit: 5, nextCursor: next }, position: head } as unknown as MovementListReply;
    head++;
    return answer;
  }

  function exports(): Exports {
    const log = createLog('test', 'silent');
    const inventory = new TcpClient({ addresses: [], token: '', log, maxInFlight: 1 });
    const feed = new EventFeed(new GatewayConfig(), log, new OpsServer('test'), inventory);
    jest.spyOn(inventory, 'call').mockImplementation((message, query) => {
      expect(message).toBe(movements.list);
      asked.push(query as ListMovements);
      if (asked.length >= failAt) return Promise.reject(new DomainError('unavailable', 'it is away'));
      return Promise.resolve(page(query as ListMovements));
    });
    return new Exports(inventory, feed, log);
  }

  const format = {
    head: 'head\n',
    text: (rows: readonly { position: number }[]) => rows.map(({ position }) => `${position}\n`).join(''),
  };
  const begin = (all = exports()): Promise<Export> =>
    all.movements({ reason: 'sale' }, format, { requestId: 'r', minPosition: undefined });

  async function textOf({ body }: Export): Promise<string> {
    let text = '';
    for await (const chunk of body) text += String(chunk);
    return text;
  }

  it('shows everything up to where the ledger was when it began, with its filters', async () => {
    const begun = await begin();
    expect(begun.position).toBe(20);
    const numbers = Array.from({ length: 20 }, (_, index) => `${index + 1}\n`).join('');
    expect(await textOf(begun)).toBe(`head\n${numbers}`);
    expect(asked[0]).toMatchObject({ reason: 'sale', order: 'asc' });
  });

  it('is not read faster than it is taken, and no further once nobody takes it', async () => {
    const { body } = await begin();
    await sleep(20);
    // One in the answer, one ahead of it.
    expect(asked.length).toBeLessThanOrEqual(2);
    body.destroy();
    await sleep(20);
    expect(asked.length).toBeLessThanOrEqual(2);
  });

  it('ends with an error when the inventory fails midway, before anything with its refusal', async () => {
    failAt = 3;
    await expect(textOf(await begin())).rejects.toMatchObject({ code: 'unavailable' });
    asked.length = 0;
    failAt = 1;
    await expect(begin()).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is one of four at most', async () => {
    const all = exports();
    const open = await Promise.all([begin(all), begin(all), begin(all), begin(all)]);
    await expect(begin(all)).rejects.toMatchObject({ code: 'overloaded' });
    open[0]?.body.destroy();
    await sleep(10);
    const fifth = await begin(all);
    for (const { body } of [...open, fifth]) body.destroy();
  });
});
