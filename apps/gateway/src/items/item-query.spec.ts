import { ItemListQuery } from './item-query';

describe('the query of the item list', () => {
  it('gathers the attribute filters', () => {
    expect(ItemListQuery.read({ limit: '5', 'attr.colour': 'red', 'attr.size_1': '' })).toEqual({
      limit: 5,
      attributes: { colour: 'red', size_1: '' },
    });
    expect(ItemListQuery.read({})).toEqual({});
  });

  it.each([
    { 'attr.': 'x' },
    { 'attr.a.b': 'x' },
    { 'attr.$where': 'x' },
    { 'attr.colour': ['red', 'blue'] },
    { 'attr.colour': 'x'.repeat(201) },
    JSON.parse('{"attr.__proto__":"x"}') as object,
    JSON.parse('{"__proto__":"x"}') as object,
    { attributes: 'x' },
    { limit: '0' },
    { limit: '201' },
    { limit: ['5', '5'] },
    { sort: 'price' },
    { lowStock: '1' },
  ])('refuses %j', (query) => {
    expect(() => ItemListQuery.read({ ...query })).toThrow(expect.objectContaining({ code: 'validation' }));
  });
});
