import type { LedgerEvent } from '@app/contracts';
import { chainHash, GENESIS } from '../../apps/inventory/src/ledger/chain';
import { documentOf, type EventDocument } from '../../apps/inventory/src/ledger/event.mongo';
import { Walk } from './walk';

const FIGURES = { quantity: 0, reserved: 0, unavailable: 0, available: 0, incoming: 0 };
const CHANGE = { onHand: 0, reserved: 0, unavailable: 0, incoming: 0 };

const EVENT: LedgerEvent = {
  position: 0,
  epoch: 'e',
  type: 'stock.received',
  itemId: 'i',
  sku: null,
  name: 'n',
  seq: 0,
  at: 't',
  effectiveAt: 't',
  actor: { kind: 'user', id: 'u', name: 'u' },
  operationId: '',
  reason: null,
  reference: null,
  note: null,
  location: 'main',
  change: CHANGE,
  before: FIGURES,
  after: FIGURES,
  level: CHANGE,
  unitCost: null,
  category: null,
  links: {},
  fields: null,
};

/** A ledger whose operations have so many events. */
function ledgerOf(...sizes: number[]): EventDocument[] {
  const documents: EventDocument[] = [];
  let hash = GENESIS;
  for (const size of sizes)
    for (let index = 0; index < size; index++) {
      const position = documents.length + 1;
      const event: LedgerEvent = { ...EVENT, position, seq: position, operationId: `o${size}` };
      hash = chainHash(hash, event);
      const operation = index === 0 && { operation: { fingerprint: 'f', size } };
      documents.push(documentOf({ event, hash, ...operation }));
    }
  return documents;
}

describe('a walk through a ledger', () => {
  it('knows where operations end', () => {
    const walk = new Walk();
    const wholes = ledgerOf(1, 3, 1).map((document) => {
      walk.step(document);
      return walk.whole;
    });
    expect(wholes).toEqual([1, 1, 1, 4, 5]);
  });

  it('stops at a hole', () => {
    const [first, , third] = ledgerOf(1, 1, 1);
    const walk = new Walk();
    walk.step(first!);
    expect(() => walk.step(third!)).toThrow('event 3 follows event 1');
  });

  it('stops at an event that was changed', () => {
    const [event] = ledgerOf(1);
    expect(() => new Walk().step({ ...event!, name: 'other' })).toThrow('the hash chain breaks');
  });
});
