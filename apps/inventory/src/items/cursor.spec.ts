import type { ItemQuery } from '@app/contracts';
import { decodeCursor, encodeCursor } from './cursor';
import type { Keyset } from './paging';

const id = 'a'.repeat(24);
const place = { value: 'Ünïcode "x"', id };
const refused = expect.objectContaining({ code: 'validation' });

describe('a list cursor', () => {
  it('comes back as it was', () => {
    expect(decodeCursor({ sort: '-name' }, encodeCursor({ sort: '-name' }, place))).toEqual(place);
  });

  it.each<[string, ItemQuery, ItemQuery]>([
    ['another size and without a count', { limit: 5, count: true }, { limit: 9 }],
    ['what is so anyway, said', {}, { sort: 'name', deleted: false }],
    ['attributes in another order', { attributes: { a: '1', b: '2' } }, { attributes: { b: '2', a: '1' } }],
  ])('is good for the same question with %s', (_, asked, again) =>
    expect(decodeCursor(again, encodeCursor(asked, place))).toEqual(place),
  );

  it.each<ItemQuery>([
    { category: 'tea', sort: '-name' },
    {},
    { category: 'coffee' },
    { category: 'tea', tag: 'red' },
    { category: 'tea', q: 'pot' },
    { category: 'tea', location: 'main' },
    { category: 'tea', lowStock: false },
    { category: 'tea', deleted: true },
    { category: 'tea', attributes: { size: 's' } },
  ])('is not good for another one: %j', (other) => {
    const cursor = encodeCursor({ category: 'tea' }, place);
    expect(() => decodeCursor(other, cursor)).toThrow(refused);
  });

  it.each([
    '',
    'x',
    '%%%',
    Buffer.from('{"$gt":1}').toString('base64url'),
    Buffer.from(`["name",{"$gt":""},"${id}"]`).toString('base64url'),
  ])('is nothing else: %s', (cursor) => expect(() => decodeCursor({}, cursor)).toThrow(refused));

  it('has a value of the kind that the order has', () => {
    const turned = (query: ItemQuery, value: Keyset['value']): Keyset =>
      decodeCursor(query, encodeCursor(query, { value, id }));
    expect(() => turned({ sort: 'quantity' }, 'x')).toThrow(refused);
    expect(() => turned({ sort: 'name' }, null)).toThrow(refused);
    expect(turned({ sort: 'sku' }, null)).toEqual({ value: null, id });
    expect(turned({ sort: '-quantity' }, 7)).toEqual({ value: 7, id });
  });
});
