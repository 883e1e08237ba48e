import type { LedgerEvent, Operation } from '@app/contracts';
import { LedgerOfPlans } from '../../../../tools/prove/model/ledger-of-plans';
import type { TransferChange } from '../transfers/transfer';
import { OrderCheck } from './order-check';

const [ITEM, ID] = ['a', 'f'].map((digit) => digit.repeat(24)) as [string, string];

let operations = 0;
function operation(): Operation {
  const id = String(operations++).padStart(32, '0');
  return { id, keyed: false, fingerprint: 'f', actor: { kind: 'user', id: 'u', name: 'ana' } };
}

/** Five pieces are sent, two arrive, three come back. */
function story(): LedgerOfPlans {
  const ledger = new LedgerOfPlans();
  ledger.locations.set('shop', { code: 'shop', name: 'Shop', address: null, closed: false });
  ledger.run({ kind: 'create', operation: operation(), itemId: ITEM, item: { name: 'heart', quantity: 5 } });
  const lines = [{ itemId: ITEM, quantity: 5 }];
  const changes: TransferChange[] = [
    { do: 'dispatch', from: 'main', to: 'shop', lines },
    { do: 'receive', lines: [{ itemId: ITEM, quantity: 2 }] },
    { do: 'cancel' },
  ];
  for (const change of changes)
    expect(ledger.run({ kind: 'transfer', operation: operation(), id: ID, change })).toBeUndefined();
  return ledger;
}

type Alter = (event: LedgerEvent) => LedgerEvent[];

/** What is found in the story when its events are not what they were. */
function found(alter: Alter): string[] {
  const { entries, orders, tail } = story();
  const faults: string[] = [];
  const check = new OrderCheck((_, kind, detail) => faults.push(`${kind}: ${detail}`));
  for (const event of entries.flatMap(({ event: one }) => alter(one))) check.add(event);
  for (const state of orders.transfer.values()) check.compare('transfer', state, tail.position);
  check.end();
  return faults;
}

const arrival = ({ type, change }: LedgerEvent): boolean => type === 'stock.transferred_in' && change.incoming < 0;
const changed =
  (which: (event: LedgerEvent) => boolean, to: (event: LedgerEvent) => LedgerEvent[]): Alter =>
  (event) =>
    which(event) ? to(event) : [event];

describe('the check of what is on its way', () => {
  it('finds nothing wrong with what was done', () => {
    expect(found((event) => [event])).toEqual([]);
  });

  it('finds pieces that belong to nothing', () => {
    const alone = changed(arrival, (event) => [{ ...event, links: {} }]);
    expect(found(alone)).toContain('incoming: what is on its way belongs to no transfer and to no expectation');
    const other = changed(arrival, (event) => [{ ...event, links: { reservationId: ID } }]);
    expect(found(other)).toContain('incoming: what is on its way belongs to no transfer and to no expectation');
  });

  it('finds pieces that arrive twice, and more than were sent', () => {
    const twice = changed(arrival, (event) => [event, event]);
    expect(found(twice)).toContain(`transfer: transfer ${ID} gives more than it had`);
    const back = ({ type, location }: LedgerEvent): boolean => type === 'stock.transferred_in' && location === 'main';
    const much = changed(back, (event) => [{ ...event, change: { ...event.change, onHand: 4 } }]);
    expect(found(much)).toContain(`transfer: transfer ${ID} brings more than was sent`);
  });

  it('finds an order without a beginning, and one that goes on after its end', () => {
    const headless = changed(
      ({ type }) => type === 'stock.transferred_out',
      () => [],
    );
    expect(found(headless)).toContain(`transfer: transfer ${ID} has no such item at shop`);
    const late = changed(
      ({ fields, change }) => fields?.status?.[1] === 'cancelled' && change.incoming < 0,
      (event) => [event, { ...event, operationId: 'later', change: { ...event.change, incoming: 0 } }],
    );
    expect(found(late)).toContain(`transfer: transfer ${ID} was finished before`);
  });

  it('finds what is stored and is not the sum of its events', () => {
    const renamed = changed(
      ({ type }) => type === 'stock.transferred_out',
      (event) => [{ ...event, reference: 'x' }],
    );
    expect(found(renamed)).toEqual([`transfer: transfer ${ID} is not the sum of its events`]);
  });
});
