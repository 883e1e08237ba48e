import { searchTerms, wordsOf } from './search';

describe('the search', () => {
  it('knows words without case, accents and punctuation', () => {
    expect(wordsOf('Crème BRÛLÉE-set, 2×4')).toEqual(['creme', 'brulee', 'set', '2', '4']);
  });

  it('takes each word of an item once, and a bounded number', () => {
    const item = { name: 'Red red box', sku: 'BOX-1', barcodes: [], category: null, tags: [] };
    expect(searchTerms(item)).toEqual(['red', 'box', '1']);
    expect(searchTerms({ ...item, name: Array.from({ length: 300 }, (_, i) => `w${i}`).join(' ') })).toHaveLength(100);
  });
});
