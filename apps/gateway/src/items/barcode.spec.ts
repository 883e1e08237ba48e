import { DomainError } from '@app/common';
import { BARCODE_TYPES, type BarcodeType, type Item } from '@app/contracts';
import { Barcodes, barcodeOf, etagOfBarcode } from './barcode.service';

const item = (over: Partial<Item>): Item => ({ id: 'a'.repeat(24), sku: 'S1', barcodes: [], ...over }) as Item;
const refusal = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error instanceof DomainError ? error.code : error;
  }
};

describe('the barcode of an item', () => {
  it('is its first one, else its sku, or the one that was asked for', () => {
    const heart = item({ barcodes: ['b1', 'b2'] });
    expect(barcodeOf(heart, {})).toEqual({ type: 'code128', code: 'b1' });
    expect(barcodeOf(item({}), {})).toEqual({ type: 'code128', code: 'S1' });
    expect(barcodeOf(heart, { code: 'b2', type: 'qrcode' })).toEqual({ type: 'qrcode', code: 'b2' });
    expect(barcodeOf(heart, { code: 'S1' }).code).toBe('S1');
  });

  it('does not exist for an item without codes, and not for a code of another item', () => {
    expect(refusal(() => barcodeOf(item({ sku: null }), {}))).toBe('not-found');
    expect(refusal(() => barcodeOf(item({ sku: null }), { code: 'S1' }))).toBe('not-found');
  });

  it('has a tag of its own for each code and type', () => {
    const tags = [
      etagOfBarcode({ type: 'code128', code: 'a' }),
      etagOfBarcode({ type: 'code128', code: 'b' }),
      etagOfBarcode({ type: 'qrcode', code: 'a' }),
    ];
    expect(new Set(tags).size).toBe(3);
  });
});

describe('the image', () => {
  const barcodes = new Barcodes();
  const good: Record<BarcodeType, string> = {
    code128: '<b>"&\\',
    code39: 'ABC-1',
    ean13: '4006381333931',
    ean8: '96385074',
    upca: '036000291452',
    itf14: '04601234567893',
    qrcode: 'x'.repeat(64),
    datamatrix: '~',
  };

  it.each(BARCODE_TYPES)('of the type %s holds nothing but shapes', async (type) => {
    const svg = await barcodes.draw({ type, code: good[type] }, 'type');
    expect(svg).toMatch(/^<svg viewBox="0 0 \d+ \d+" xmlns="http:\/\/www.w3.org\/2000\/svg">/);
    expect([...svg.matchAll(/<(\w+)/g)].filter(([, tag]) => !['svg', 'rect', 'path'].includes(tag ?? ''))).toEqual([]);
    expect(svg).not.toMatch(/style=|\bon\w+=|href/);
    expect(await barcodes.draw({ type, code: good[type] }, 'type')).toBe(svg);
  });

  it.each([
    ['ean13', '400638133393'],
    ['ean13', '4006381333932'],
    ['ean13', 'SKU-1'],
    ['upca', '4006381333931'],
    ['itf14', '04601234567890'],
    ['code39', 'abc'],
  ] as const)('of the type %s is refused for %s, by the name of the field', async (type, code) => {
    const refused = await barcodes.draw({ type, code }, 'code').catch((error: unknown) => error as DomainError);
    expect(refused).toMatchObject({ code: 'validation', extra: { errors: [{ field: 'code' }] } });
    expect(String(refused)).not.toContain('bwip');
  });
});
