import { DomainError } from '@app/common';
import type { OrdersRepository } from '../orders/orders.repository';
import { HoldRegistry } from '../reservations/hold-registry.service';
import type { Hold } from '../reservations/reservation';
import type { Waiting } from './answers';
import { Expiry, isExpiry } from './expiry';
import type { Outcome } from './outcome';

const START = Date.parse('2026-01-01T00:00:00Z');
const time = (ms: number): string => new Date(START + ms).toISOString();

async function expiryOf(holds: Hold[]): Promise<{ expiry: Expiry; registry: HoldRegistry }> {
  async function* held(): AsyncIterable<Hold> {
    yield* holds;
  }
  const registry = new HoldRegistry({ held } as Partial<OrdersRepository> as OrdersRepository, 10_000);
  await registry.open();
  return { expiry: new Expiry(registry), registry };
}

const hold = (id: number, lines = 1): Hold => ({ id: String(id), expiresAt: time(id), holder: 'user:ana', lines });
const done = (entry: Waiting | undefined): void => entry?.resolve({} as Outcome);
const operationOf = ({ command }: Waiting): string => ('operation' in command ? command.operation.id : '');

describe('ending what is overdue', () => {
  beforeEach(() => void jest.useFakeTimers({ now: START }));
  afterEach(() => void jest.useRealTimers());

  it('is one command for each hold, of the system, with an operation that is the same in every inventory', async () => {
    const [here, there] = [await expiryOf([hold(1), hold(2)]), await expiryOf([hold(1)])];
    const due = here.expiry.due(time(2));
    expect(due.map(({ command }) => command)).toMatchObject([
      { id: '1', change: { do: 'expire', expiresAt: time(1) }, operation: { actor: { kind: 'system' } } },
      { id: '2', change: { do: 'expire', expiresAt: time(2) } },
    ]);
    expect(due.every(isExpiry)).toBe(true);
    expect(there.expiry.due(time(1)).map(operationOf)).toEqual(due.slice(0, 1).map(operationOf));
    expect(new Set(due.map(operationOf)).size).toBe(2);
  });

  it('comes in groups that are not too large, the next when the last one is over', async () => {
    const { expiry, registry } = await expiryOf(Array.from({ length: 300 }, (_, id) => hold(id, 4)));
    for (let left = 300; left > 0;) {
      const due = expiry.due(time(1_000));
      expect([due.length, expiry.isDue(time(1_000))]).toEqual([Math.min(128, left), left > 128]);
      expect(expiry.due(time(1_000))).toEqual([]);
      due.forEach(done);
      left -= due.length;
      expect(registry.size).toBe(left);
    }
  });

  it('is tried again a second later when it could not be written, and not when it was over already', async () => {
    const { expiry, registry } = await expiryOf([hold(1), hold(2)]);
    const [one, other] = expiry.due(time(2));
    one?.reject(new DomainError('unavailable', 'away'));
    other?.reject(new DomainError('reservation-closed', 'extended or over'));
    expect([registry.size, expiry.isDue(time(999)), expiry.untilDue(START)]).toEqual([1, false, 1_000]);
    expect(expiry.due(time(1_000)).map(operationOf)).toEqual(
      [one].flatMap((entry) => (entry ? operationOf(entry) : [])),
    );
  });
});
