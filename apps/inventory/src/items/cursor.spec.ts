import { decodeCursor, encodeCursor } from './cursor';

const id = 'a'.repeat(24);

describe('a list cursor', () => {
  it('comes back as it was, in the order it was made for', () => {
    const place = { value: 'Ünïcode "x"', id };
    expect(decodeCursor('-name', encodeCursor('-name', place))).toEqual(place);
    expect(decodeCursor('name', encodeCursor('-name', place))).toBeUndefined();
  });

  it.each([
    '',
    'x',
    '%%%',
    Buffer.from('{"$gt":1}').toString('base64url'),
    Buffer.from(`["name",{"$gt":""},"${id}"]`).toString('base64url'),
  ])('is nothing else: %s', (cursor) => expect(decodeCursor('name', cursor)).toBeUndefined());

  it('has a value of the kind that the order has', () => {
    expect(decodeCursor('quantity', encodeCursor('quantity', { value: 'x', id }))).toBeUndefined();
    expect(decodeCursor('sku', encodeCursor('sku', { value: null, id }))).toEqual({ value: null, id });
  });
});
