import type { LedgerEvent } from '@app/contracts';
import * as fc from 'fast-check';
import { canonicalEvent, canonicalJson } from './chain';

describe('canonical JSON', () => {
  it('does not depend on the order of keys, at any depth', () => {
    expect(canonicalJson({ b: [{ d: 1, c: null }], a: 'x' })).toBe(canonicalJson({ a: 'x', b: [{ c: null, d: 1 }] }));
  });

  it('leaves out what is undefined and keeps what is null', () => {
    expect(canonicalJson({ a: undefined, b: null })).toBe('{"b":null}');
  });
});

const figures = fc.record({ unavailable: fc.nat(), onHand: fc.integer(), reserved: fc.nat(), incoming: fc.nat() });
const totals = fc.record({
  quantity: fc.nat(),
  reserved: fc.nat(),
  unavailable: fc.nat(),
  available: fc.nat(),
  incoming: fc.nat(),
});
const text = fc.option(fc.string({ unit: 'binary' }));
const value = fc.oneof(
  text,
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.dictionary(fc.string(), fc.string()),
);
const event: fc.Arbitrary<LedgerEvent> = fc.record({
  type: fc.constant('stock.issued' as const),
  position: fc.nat(),
  epoch: fc.constant('e'),
  itemId: fc.string(),
  sku: text,
  name: fc.string({ unit: 'binary' }),
  seq: fc.nat(),
  at: fc.string(),
  effectiveAt: fc.string(),
  actor: fc.record({ name: fc.string(), kind: fc.constant('user' as const), id: fc.string() }),
  operationId: fc.string(),
  reason: text,
  reference: text,
  note: text,
  location: text,
  change: figures,
  before: totals,
  after: totals,
  level: fc.option(figures),
  unitCost: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
  category: text,
  links: fc.record({ reverses: fc.nat(), transferId: fc.string(), expectationId: fc.string() }, { requiredKeys: [] }),
  fields: fc.option(fc.dictionary(fc.string(), fc.tuple(value, value))),
});

describe('the canonical form of an event', () => {
  it('is canonical JSON without the epoch, and the same after being stored', () => {
    fc.assert(
      fc.property(event, (one) => {
        const { epoch: _, ...facts } = one;
        expect(canonicalEvent(one)).toBe(canonicalJson(facts));
        expect(canonicalEvent(JSON.parse(JSON.stringify(one)) as LedgerEvent)).toBe(canonicalEvent(one));
      }),
    );
  });
});
