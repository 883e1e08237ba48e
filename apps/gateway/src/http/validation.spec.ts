import { DomainError } from '@app/common';
import { CreateItem, CreateMovement, ListItems, MovementRow, NoQuery, type FieldError } from '@app/contracts';
import type { Dto } from './quick-reader';
import { validated } from './validation';

const line = { itemId: '65a1b2c3d4e5f60718293a4b', type: 'receive', quantity: 1 };

function refusal(type: Dto<object>, value: unknown): FieldError[] {
  try {
    validated(type, value);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'validation') return error.extra.errors ?? [];
    throw error;
  }
  return [];
}

function fields(type: Dto<object>, value: unknown): string[] {
  return refusal(type, value).map(({ field }) => field);
}

describe('validation', () => {
  it('gives an instance with its values normalised', () => {
    const item = validated(CreateItem, { name: 'Cafe\u0301', quantity: -0 });
    expect(item).toBeInstanceOf(CreateItem);
    expect(item).toEqual({ name: 'Café', quantity: 0 });
    expect(Object.is(item.quantity, 0)).toBe(true);
  });

  it('names every bad field once, with what would be right', () => {
    expect(refusal(CreateItem, { quantity: 'x', barcodes: 'b' })).toEqual([
      { field: 'name', message: 'must be text of 1 to 200 characters without control characters' },
      { field: 'quantity', message: 'must be a whole number from 0 to 1000000000' },
      { field: 'barcodes', message: 'must be a list' },
    ]);
  });

  it('names fields of lines by their path', () => {
    expect(fields(CreateMovement, { lines: [line, { ...line, quantity: 0 }] })).toEqual(['lines.1.quantity']);
    expect(fields(CreateMovement, { lines: [{ ...line, colour: 'red' }] })).toEqual(['lines.0.colour']);
  });

  it.each([null, 'text', 5, [], [line], undefined, true])('refuses %j for a body', (body) => {
    expect(refusal(CreateMovement, body)).toEqual([{ field: 'body', message: 'must be an object' }]);
  });

  it.each([[[line]], [null], ['x'], [[]], [5], [[[]]]].map((lines) => [lines]))(
    'refuses lines that are no objects: %j',
    (lines) => {
      expect(fields(CreateMovement, { lines })).toEqual(['lines.0']);
    },
  );

  it.each(['{"0":{}}', '{"length":1}', '"abc"', '5', '{}'])('refuses lines that are no list: %s', (lines) => {
    expect(fields(CreateMovement, JSON.parse(`{"lines":${lines}}`))).toEqual(['lines']);
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'nonsense'])(
    'refuses the key %s, wherever it stands',
    (key) => {
      const own = (object: object): object =>
        JSON.parse(JSON.stringify(object).replace(/^\{/, `{"${key}":1,`)) as object;
      expect(fields(CreateItem, own({ name: 'a' }))).toEqual([key]);
      expect(fields(CreateMovement, { lines: [own(line)] })).toEqual([`lines.0.${key}`]);
      expect(fields(MovementRow, own(line))).toEqual([key]);
      expect(fields(NoQuery, own({ a: 1 }))).toEqual([key, 'a']);
    },
  );

  it.each(['{"$gt":""}', '["a"]', '1e309', '9007199254740992', '0.5', 'null', '"\\u0000"', 'true'])(
    'refuses %s for a quantity and for a name',
    (json) => {
      expect(fields(CreateItem, JSON.parse(`{"name":${json},"quantity":${json}}`))).toEqual(['name', 'quantity']);
    },
  );

  it('refuses a constructor wherever it is nested, instead of calling it', () => {
    expect(fields(CreateItem, { name: { constructor: 1 } })).toEqual(['name.constructor']);
    expect(fields(CreateItem, { name: 'a', attributes: { constructor: 'x' } })).toEqual(['attributes.constructor']);
    expect(fields(CreateItem, { name: 'a', tags: [{ constructor: {} }] })).toEqual(['tags.0.constructor']);
  });

  it('refuses doubled and unknown query keys', () => {
    expect(fields(ListItems, { limit: ['1', '2'], sort: ['name', 'sku'], colour: 'x' })).toEqual([
      'colour',
      'limit',
      'sort',
    ]);
  });

  it('answers a body full of faults with a bounded list', () => {
    const body = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`key${at}`.repeat(100), 1]));
    expect(JSON.stringify(refusal(CreateItem, body)).length).toBeLessThan(20_000);
  });
});
