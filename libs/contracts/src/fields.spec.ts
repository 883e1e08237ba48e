import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { ReadEvents } from './event.dto';
import { CreateItem, ListItems, UpdateItem } from './item.dto';
import { CreateMovement, MoveItem } from './movement.dto';

type Type = new () => object;

function faults(type: Type, plain: object): string[] {
  const errors = validateSync(plainToInstance(type, plain), { whitelist: true, forbidNonWhitelisted: true });
  const paths = (error: ValidationError, prefix: string): string[] => {
    const path = prefix + error.property;
    return error.children?.length ? error.children.flatMap((child) => paths(child, `${path}.`)) : [path];
  };
  return errors.flatMap((error) => paths(error, ''));
}

const named = (more: object): object => ({ name: 'heart', ...more });

describe('an item that comes in', () => {
  it.each([
    [{ name: 'x' }],
    [named({ description: 'two\nlines\tand a tab', quantity: 0, unitPrice: 2.5555, sku: 'A-1', tags: ['a', 'b'] })],
    [named({ attributes: { colour: 'red', size: 4.5, fragile: true } })],
    [named({ name: '😀'.repeat(200) })],
    [named({ category: null, reorderQuantity: null })],
    [named({ unitPrice: 0.3 })],
  ])('is taken: %j', (item) => expect(faults(CreateItem, item)).toEqual([]));

  it.each([
    [{}, 'name'],
    [{ name: '' }, 'name'],
    [{ name: '   ' }, 'name'],
    [{ name: 5 }, 'name'],
    [{ name: null }, 'name'],
    [{ name: ['x'] }, 'name'],
    [{ name: { $gt: '' } }, 'name'],
    [{ name: 'a\u0000b' }, 'name'],
    [{ name: 'a\nb' }, 'name'],
    [{ name: '\ud800' }, 'name'],
    [{ name: 'x'.repeat(201) }, 'name'],
    [named({ quantity: 0.5 }), 'quantity'],
    [named({ quantity: -1 }), 'quantity'],
    [named({ quantity: 2 ** 53 }), 'quantity'],
    [named({ quantity: '5' }), 'quantity'],
    [named({ quantity: Number.POSITIVE_INFINITY }), 'quantity'],
    [named({ quantity: null }), 'quantity'],
    [named({ unitPrice: 1.00001 }), 'unitPrice'],
    [named({ unitPrice: -0.01 }), 'unitPrice'],
    [named({ sku: 'a b' }), 'sku'],
    [named({ sku: 'ü' }), 'sku'],
    [named({ sku: 'x'.repeat(65) }), 'sku'],
    [named({ sku: null }), 'sku'],
    [named({ tags: 'a' }), 'tags'],
    [named({ tags: ['a', 'a'] }), 'tags'],
    [named({ tags: ['a', 5] }), 'tags'],
    [named({ barcodes: Array.from({ length: 17 }, (_, i) => `b${i}`) }), 'barcodes'],
    [named({ attributes: [] }), 'attributes'],
    [named({ attributes: { a: { b: 1 } } }), 'attributes'],
    [named({ attributes: { 'a.b': 1 } }), 'attributes'],
    [named({ attributes: { x: 'y'.repeat(201) } }), 'attributes'],
    [named({ colour: 'red' }), 'colour'],
  ])('is refused by the field that is wrong: %j', (item, field) => expect(faults(CreateItem, item)).toEqual([field]));

  it('is normalised to NFC, and -0 is 0', () => {
    const item = plainToInstance(CreateItem, { name: 'Cafe\u0301', quantity: -0, tags: ['e\u0301'] });
    expect(item.name).toBe('Caf\u00e9');
    expect(item.tags).toEqual(['\u00e9']);
    expect(Object.is(item.quantity, 0)).toBe(true);
  });

  it('is cleared by null only where null means something', () => {
    expect(faults(UpdateItem, { category: null, reorderQuantity: null })).toEqual([]);
    expect(faults(UpdateItem, { name: null })).toEqual(['name']);
    expect(faults(UpdateItem, { sku: null })).toEqual(['sku']);
  });
});

describe('a movement that comes in', () => {
  const line = { itemId: 'a'.repeat(24), type: 'issue', quantity: 1 };

  it.each([
    [{ lines: [line] }],
    [{ lines: [{ sku: 'A', type: 'count', quantity: 0 }] }],
    [{ lines: [{ ...line, type: 'adjust', quantity: -3 }], reason: 'broken' }],
    [{ lines: [line], effectiveAt: '2026-01-05T10:00:00+01:00' }],
  ])('is taken: %j', (movement) => expect(faults(CreateMovement, movement)).toEqual([]));

  it.each([
    [{}, ['lines']],
    [{ lines: [] }, ['lines']],
    [{ lines: Array.from({ length: 101 }, () => line) }, ['lines']],
    [{ lines: [{ ...line, quantity: 0 }] }, ['lines.0.quantity']],
    [{ lines: [line, { ...line, quantity: -1 }] }, ['lines.1.quantity']],
    [{ lines: [{ ...line, type: 'steal' }] }, ['lines.0.type']],
    [{ lines: [{ ...line, itemId: 'x' }] }, ['lines.0.itemId']],
    [{ lines: [{ type: 'issue', quantity: 1 }] }, ['lines.0.itemId']],
    [{ lines: [{ ...line, sku: 'A' }] }, ['lines.0.sku']],
    [{ lines: [{ ...line, type: 'adjust' }] }, ['reason']],
    [{ lines: [line], effectiveAt: '2026-02-30T10:00:00Z' }, ['effectiveAt']],
    [{ lines: [line], effectiveAt: 'yesterday' }, ['effectiveAt']],
    [{ lines: [{ ...line, colour: 'red' }] }, ['lines.0.colour']],
  ])('is refused by the field that is wrong: %j', (movement, fields) =>
    expect(faults(CreateMovement, movement)).toEqual(fields),
  );

  it('is flat for one item', () => {
    expect(faults(MoveItem, { type: 'issue', quantity: 2, reason: 'sale' })).toEqual([]);
    expect(faults(MoveItem, { type: 'adjust', quantity: 2 })).toEqual(['reason']);
    expect(faults(MoveItem, { type: 'issue', quantity: 2, itemId: 'a'.repeat(24) })).toEqual(['itemId']);
  });
});

describe('a list query that comes in', () => {
  it.each([[{ limit: '200', sort: '-name', lowStock: 'true' }], [{}]])('is taken: %j', (query) =>
    expect(faults(ListItems, query)).toEqual([]),
  );

  it.each([
    [{ limit: '0' }, 'limit'],
    [{ limit: '201' }, 'limit'],
    [{ limit: '1e1' }, 'limit'],
    [{ limit: '' }, 'limit'],
    [{ limit: ['1', '2'] }, 'limit'],
    [{ sort: 'price' }, 'sort'],
    [{ lowStock: 'yes' }, 'lowStock'],
    [{ q: ['a'] }, 'q'],
    [{ page: '2' }, 'page'],
  ])('is refused: %j', (query, field) => expect(faults(ListItems, query)).toEqual([field]));

  it('is taken up to the number that the refusal names', () => {
    expect(faults(ReadEvents, { after: '9007199254740991' })).toEqual([]);
    expect(faults(ReadEvents, { after: '9007199254740992' })).toEqual(['after']);
  });
});
