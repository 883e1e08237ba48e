import { DomainError, OpsServer, TcpClient, createLog } from '@app/common';
import type { MoveBatchCommand, RowResult } from '@app/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ANA } from '../../../../test/support/gateway';
import { EventFeed } from '../events/event-feed.service';
import { GatewayConfig } from '../gateway.config';
import { Commands } from '../http/commands.service';
import type { Exchange } from '../http/exchange';
import { MovementBatches, rowsOf } from './movement-batch.service';

const line = { itemId: '65a1b2c3d4e5f60718293a4b', type: 'receive', quantity: 1 };
const lines = (count: number): object[] => Array.from({ length: count }, () => line);

describe('a batch whose inventory fails midway', () => {
  let sent: MoveBatchCommand[];
  let failAt: number;

  beforeEach(() => {
    sent = [];
    failAt = Number.POSITIVE_INFINITY;
  });

  function batches(): MovementBatches {
    const log = createLog('test', 'silent');
    const inventory = new TcpClient({ addresses: [], token: '', log, maxInFlight: 1 });
    const feed = new EventFeed(new GatewayConfig(), log, new OpsServer('test'), inventory);
    jest.spyOn(inventory, 'call').mockImplementation((_, command) => {
      const { rows } = command as MoveBatchCommand;
      sent.push({ rows });
      if (sent.length === failAt) return Promise.reject(new DomainError('timeout', 'nobody knows'));
      const results = rows.map(({ row }): RowResult => ({ row, status: 'applied' }));
      return Promise.resolve({ results, position: sent.length, replayed: 0 });
    });
    return new MovementBatches(new Commands(inventory, new GatewayConfig(), feed), inventory, feed);
  }

  function run(rows: unknown[], key = 'k'): Promise<{ results: RowResult[] }> {
    const request = { id: 'r', method: 'POST', headers: { 'idempotency-key': key }, caller: ANA };
    const reply = { header: () => reply };
    const exchange = { request, reply } as unknown as Exchange & { request: FastifyRequest; reply: FastifyReply };
    return batches().run(exchange, rows, undefined);
  }

  it('goes in chunks of 500, in order, each row with an operation of its own', async () => {
    const { results } = await run([...lines(600), { nonsense: 1 }, ...lines(600)]);
    expect(sent.map(({ rows }) => rows.length)).toEqual([500, 500, 200]);
    expect(results.map(({ row }) => row)).toEqual(Array.from({ length: 1_201 }, (_, row) => row));
    expect(results.filter(({ status }) => status === 'rejected').map(({ row }) => row)).toEqual([600]);
    const ids = sent.flatMap(({ rows }) => rows.map(({ operation }) => operation.id));
    expect(new Set(ids).size).toBe(1_200);
  });

  it('says what was applied, what is not known and what was not tried', async () => {
    failAt = 2;
    const { results } = await run(lines(1_250));
    const outcomes = results.map(({ problem }) => problem?.code ?? 'applied');
    expect(new Set(outcomes.slice(0, 500))).toEqual(new Set(['applied']));
    expect(new Set(outcomes.slice(500, 1_000))).toEqual(new Set(['timeout']));
    expect(new Set(outcomes.slice(1_000))).toEqual(new Set(['unavailable']));
    expect(sent).toHaveLength(2);
  });

  it('fails as a whole when nothing was acknowledged', async () => {
    failAt = 1;
    await expect(run(lines(1_250))).rejects.toMatchObject({ code: 'timeout' });
  });

  it('has the same operations again under the same key, and others under another', async () => {
    await run(lines(3));
    await run(lines(3));
    await run(lines(3), 'other');
    const [first, again, other] = sent.map(({ rows }) => rows.map(({ operation }) => operation.id));
    expect(again).toEqual(first);
    expect(other?.filter((id) => first?.includes(id))).toEqual([]);
  });
});

describe('the rows of a batch', () => {
  it('are 1 to 1,000 in a list, and nothing stands beside them', () => {
    expect(rowsOf({ rows: lines(1_000) })).toHaveLength(1_000);
    for (const body of [
      null,
      [],
      'x',
      {},
      { rows: {} },
      { rows: [] },
      { rows: lines(1_001) },
      { rows: lines(1), more: 1 },
    ]) {
      expect(() => rowsOf(body)).toThrow(expect.objectContaining({ code: 'validation' }));
    }
  });
});
