import type { Operation, Transfer } from '@app/contracts';
import { LedgerOfPlans } from '../../../../tools/prove/model/ledger-of-plans';
import { levelAt, type ItemState } from '../items/item';
import type { Rejection } from '../items/rejection';
import { transferRules, type TransferChange } from './transfer';

const [A, B, ID] = ['a', 'b', 'f'].map((digit) => digit.repeat(24)) as [string, string, string];

let operations = 0;
function operation(): Operation {
  const id = String(operations++).padStart(32, '0');
  return { id, keyed: false, fingerprint: 'f', actor: { kind: 'user', id: 'u', name: 'ana' } };
}

/** Two items with ten pieces each at `main`, and a shop to send them to. */
class House {
  readonly ledger = new LedgerOfPlans();

  constructor() {
    for (const code of ['shop', 'gone'])
      this.ledger.locations.set(code, { code, name: code, address: null, closed: code === 'gone' });
    for (const itemId of [A, B])
      this.ledger.run({
        kind: 'create',
        operation: operation(),
        itemId,
        item: { name: itemId[0] ?? '', quantity: 10 },
      });
  }

  change(change: TransferChange): Rejection | undefined {
    return this.ledger.run({ kind: 'transfer', operation: operation(), id: ID, change });
  }

  send(quantities: [string, number][], more: { from?: string; to?: string } = {}): Rejection | undefined {
    const lines = quantities.map(([itemId, quantity]) => ({ itemId, quantity }));
    return this.change({ do: 'dispatch', from: 'main', to: 'shop', lines, reference: 'van', ...more });
  }

  get transfer(): Transfer {
    const state = this.ledger.orders.transfer.get(ID);
    if (!state) throw new Error('nothing was sent');
    return transferRules.viewOf(state);
  }

  at(itemId: string, location: string): [onHand: number, incoming: number] {
    const { onHand, incoming } = levelAt(this.ledger.states.get(itemId) as ItemState, location);
    return [onHand, incoming];
  }

  get events(): [type: string, item: string, location: string | null, onHand: number, incoming: number][] {
    const own = this.ledger.entries.filter(({ event }) => event.links.transferId === ID);
    return own.map(({ event: { type, itemId, location, change } }) => {
      return [type, itemId[0] ?? '', location, change.onHand, change.incoming];
    });
  }
}

function sent(...quantities: [string, number][]): House {
  const house = new House();
  expect(house.send(quantities)).toBeUndefined();
  return house;
}

describe('sending goods', () => {
  it('takes them from where they were and expects them where they go, summed for each item', () => {
    const house = sent([A, 2], [B, 1], [A, 3]);
    expect(house.events).toEqual([
      ['stock.transferred_out', 'a', 'main', -5, 0],
      ['stock.expected', 'a', 'shop', 0, 5],
      ['stock.transferred_out', 'b', 'main', -1, 0],
      ['stock.expected', 'b', 'shop', 0, 1],
    ]);
    expect(house.transfer).toMatchObject({ id: ID, status: 'in_transit', from: 'main', to: 'shop', reference: 'van' });
    expect(house.transfer.lines).toEqual([
      { itemId: A, quantity: 5, received: 0, returned: 0, missing: 0, open: 5 },
      { itemId: B, quantity: 1, received: 0, returned: 0, missing: 0, open: 1 },
    ]);
  });

  it('is refused as a whole when one item has too little, with the figures', () => {
    const house = new House();
    const lines: [string, number][] = [
      [A, 1],
      [B, 6],
      [B, 5],
    ];
    expect(house.send(lines)).toMatchObject({
      rejected: 'insufficient-stock',
      extra: { itemId: B, location: 'main', requested: 11, available: 10 },
    });
    expect([house.at(A, 'main'), house.at(A, 'shop'), house.events]).toEqual([[10, 0], [0, 0], []]);
  });

  it('names the place that is not there or closed, and the field that says so', () => {
    for (const [field, code] of [
      ['from', 'gone'],
      ['to', 'gone'],
      ['to', 'nowhere'],
    ] as const)
      expect(new House().send([[A, 1]], { [field]: code })).toMatchObject({
        rejected: 'not-found',
        extra: { location: code, errors: [{ field }] },
      });
    expect(new House().send([['c'.repeat(24), 1]])).toMatchObject({ rejected: 'not-found' });
  });
});

describe('goods under way', () => {
  it('arrive in parts; with the last piece the transfer is received', () => {
    const house = sent([A, 5], [B, 1]);
    expect(house.change({ do: 'receive', lines: [{ itemId: A, quantity: 2 }] })).toBeUndefined();
    expect([house.transfer.status, house.at(A, 'shop')]).toEqual(['in_transit', [2, 3]]);
    expect(house.change({ do: 'receive' })).toBeUndefined();
    expect([house.transfer.status, house.at(A, 'shop'), house.at(B, 'shop')]).toEqual(['received', [5, 0], [1, 0]]);
    expect(house.events.slice(-2)).toEqual([
      ['stock.transferred_in', 'a', 'shop', 3, -3],
      ['stock.transferred_in', 'b', 'shop', 1, -1],
    ]);
  });

  it('never arrive twice, also in several lines', () => {
    const house = sent([A, 5]);
    const twice = [3, 3].map((quantity) => ({ itemId: A, quantity }));
    const refusal = { rejected: 'exceeds-transfer', extra: { transferId: ID, itemId: A, requested: 6, open: 5 } };
    expect(house.change({ do: 'receive', lines: twice })).toMatchObject(refusal);
    expect(house.change({ do: 'receive', lines: [{ itemId: B, quantity: 1 }] })).toMatchObject({ extra: { open: 0 } });
    expect(house.at(A, 'shop')).toEqual([0, 5]);
  });

  it('are missing once the transfer is closed, and that is on record', () => {
    const house = sent([A, 5], [B, 1]);
    house.change({ do: 'receive', lines: [{ itemId: A, quantity: 4 }] });
    expect(house.change({ do: 'close', reason: 'lost' })).toBeUndefined();
    expect(house.transfer).toMatchObject({
      status: 'closed',
      reason: 'lost',
      lines: [
        { received: 4, missing: 1, open: 0 },
        { received: 0, missing: 1, open: 0 },
      ],
    });
    expect([house.at(A, 'main'), house.at(A, 'shop'), house.at(B, 'shop')]).toEqual([
      [5, 0],
      [4, 0],
      [0, 0],
    ]);
  });

  it('come back where they left when it is cancelled; what has arrived stays', () => {
    const house = sent([A, 5]);
    house.change({ do: 'receive', lines: [{ itemId: A, quantity: 2 }] });
    expect(house.change({ do: 'cancel' })).toBeUndefined();
    expect(house.transfer).toMatchObject({ status: 'cancelled', lines: [{ received: 2, returned: 3, missing: 0 }] });
    expect([house.at(A, 'main'), house.at(A, 'shop')]).toEqual([
      [8, 0],
      [2, 0],
    ]);
  });

  it('do not come back to a place that was closed meanwhile, but may still arrive', () => {
    const house = new House();
    house.ledger.locations.set('dock', { code: 'dock', name: 'Dock', address: null, closed: false });
    const lines = [{ itemId: A, type: 'transfer', quantity: 3, toLocation: 'dock' }] as const;
    house.ledger.run({ kind: 'move', operation: operation(), lines: [...lines], circumstances: {} });
    house.send([[A, 3]], { from: 'dock' });
    const close = { do: 'close', code: 'dock', seen: 0, candidates: [], more: false } as const;
    expect(house.ledger.run({ kind: 'location', operation: operation(), change: close })).toBeUndefined();
    expect(house.change({ do: 'cancel' })).toMatchObject({ rejected: 'not-found', extra: { location: 'dock' } });
    expect(house.change({ do: 'receive' })).toBeUndefined();
    expect(house.change({ do: 'cancel' })).toMatchObject({ rejected: 'transfer-closed' });
  });

  it('keep the place open where they are expected', () => {
    const house = sent([A, 5]);
    const close = { do: 'close', code: 'shop', seen: 0, candidates: [], more: false } as const;
    expect(house.ledger.run({ kind: 'location', operation: operation(), change: close })).toMatchObject({
      rejected: 'location-not-empty',
      extra: { itemId: A, onHand: 0, incoming: 5 },
    });
  });

  it('are over once: whatever is asked of a finished transfer says how it ended', () => {
    for (const end of [{ do: 'receive' }, { do: 'close', reason: 'r' }, { do: 'cancel' }] as const) {
      const house = sent([A, 5]);
      house.change(end);
      const { status } = house.transfer;
      for (const again of [{ do: 'receive' }, { do: 'close', reason: 'r' }, { do: 'cancel' }] as const)
        expect(house.change(again)).toMatchObject({
          rejected: 'transfer-closed',
          extra: { transferId: ID, transferStatus: status },
        });
    }
  });

  it('of an item that is deleted do not come any more; with its last item the transfer is closed', () => {
    const house = sent([A, 5], [B, 1]);
    expect(house.ledger.run({ kind: 'delete', operation: operation(), itemId: A })).toBeUndefined();
    expect(house.transfer).toMatchObject({ status: 'in_transit', lines: [{ missing: 5, open: 0 }, { open: 1 }] });
    expect(house.ledger.run({ kind: 'delete', operation: operation(), itemId: B })).toBeUndefined();
    expect(house.transfer).toMatchObject({ status: 'closed', lines: [{ missing: 5 }, { missing: 1 }] });
    expect(house.ledger.states.get(A)).toMatchObject({ deleted: true, quantity: 0, incoming: 0 });
  });
});
