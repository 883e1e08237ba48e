import { DomainError } from '@app/common';
import { CreateItem, CreateMovement, ListMovements, Login, MoveItem, MovementRow, UpdateItem } from '@app/contracts';
import fc from 'fast-check';
import { QuickReader, type Dto } from './quick-reader';
import { explained } from './validation';

const ID = '65a1b2c3d4e5f60718293a4b';

/** Values that are good for some member and bad for the others. */
const value = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    'adjust',
    'count',
    'Cafe\u0301',
    'a\u0000b',
    ID,
    '2025-02-30T00:00:00Z',
    '2025-02-28T00:00:00+01:00',
    '50',
    true,
    0,
    -0,
    1,
    -3,
    0.5,
    2.55,
    Number.POSITIVE_INFINITY,
    2 ** 53,
    [],
    ['a', 'b'],
    ['a', 'a'],
    [1],
    [{}],
    [[]],
    {},
    { colour: 'red' },
    { $gt: '' },
  ),
  fc.string(),
  fc.integer({ min: -5, max: 5 }),
);

const KEYS: [Dto<object>, string[]][] = [
  [
    CreateItem,
    ['name', 'description', 'quantity', 'sku', 'barcodes', 'tags', 'attributes', 'unitPrice', 'reorderQuantity'],
  ],
  [UpdateItem, ['name', 'category', 'quantity', 'reorderQuantity', 'tags', 'unitPrice']],
  [MoveItem, ['type', 'quantity', 'location', 'reason', 'note', 'effectiveAt', 'unitCost', 'changeFrom']],
  [MovementRow, ['itemId', 'sku', 'barcode', 'type', 'quantity', 'reason']],
  [ListMovements, ['limit', 'order', 'itemId', 'from', 'type']],
  [Login, ['email', 'password']],
];

function known(type: Dto<object>, raw: Record<string, unknown>): object | undefined {
  try {
    return explained(type, raw);
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}

function expectAgreement(type: Dto<object>, raw: Record<string, unknown>): void {
  const quick = QuickReader.of(type).read(raw);
  const slow = known(type, raw);
  if (quick !== undefined) {
    expect(quick).toBeInstanceOf(type);
    expect({ ...quick }).toStrictEqual({ ...slow });
  } else if (!Object.values(raw).some((member) => isPlainObject(member))) expect(slow).toBeUndefined();
}

function isPlainObject(member: unknown): boolean {
  return typeof member === 'object' && member !== null && !Array.isArray(member);
}

describe('the quick reader', () => {
  it.each(KEYS)('accepts of %p what the libraries accept, and gives the same instance', (type, keys) => {
    const raws = fc.dictionary(fc.constantFrom(...keys, 'constructor', 'nonsense'), value, { maxKeys: keys.length });
    fc.assert(
      fc.property(raws, (raw) => expectAgreement(type, { ...raw })),
      { numRuns: 400 },
    );
  });

  it('agrees on movements whose lines are good, bad or no lines at all', () => {
    const entry = fc.oneof(
      fc.constant({ itemId: ID, type: 'receive', quantity: 1 }),
      fc.dictionary(fc.constantFrom('itemId', 'sku', 'type', 'quantity', 'toString'), value, { maxKeys: 4 }),
      value,
    );
    const raws = fc.record({ lines: fc.oneof(fc.array(entry, { maxLength: 3 }), value), reason: value });
    fc.assert(
      fc.property(raws, (raw) => expectAgreement(CreateMovement, raw)),
      { numRuns: 1_000 },
    );
  });

  it('reads the usual requests by itself', () => {
    const line = { type: 'adjust', quantity: -1, reason: 'Cafe\u0301' };
    expect(QuickReader.of(MoveItem).read(line)).toEqual({ ...line, reason: 'Café' });
    const movement = { lines: [{ sku: 'A', type: 'issue', quantity: 3 }], reference: '536365' };
    expect(QuickReader.of(CreateMovement).read(movement)).toEqual(movement);
    const item = { name: 'heart', quantity: 1, tags: ['a'], barcodes: ['1'], category: null };
    expect(QuickReader.of(UpdateItem).read(item)).toEqual(item);
  });
});
