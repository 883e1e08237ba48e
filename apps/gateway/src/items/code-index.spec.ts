import { CodeIndex } from './code-index';

describe('CodeIndex', () => {
  it('keeps apart skus and barcodes', () => {
    const index = new CodeIndex();
    index.begin({ sku: '1' })('a');
    expect(index.get({ sku: '1' })).toBe('a');
    expect(index.get({ barcode: '1' })).toBeUndefined();
  });

  it('does not keep what was looked up while codes changed hands', () => {
    const index = new CodeIndex();
    const keep = index.begin({ sku: '1' });
    index.clear();
    keep('a');
    expect(index.get({ sku: '1' })).toBeUndefined();
  });
});
