import type { Item } from '@app/contracts';
import { problemIn, send, type Sent } from './support/problems';
import { Rest } from './support/rest';

let rest: Rest;

beforeAll(async () => {
  rest = await Rest.start();
}, 60_000);

afterAll(() => rest?.stack.stop(), 30_000);

const get = (path: string, headers: Record<string, string> = {}): Promise<Sent> =>
  send(`${rest.stack.gatewayUrl}/api/v1${path}`, 'GET', { ...rest.admin, ...headers });

describe('an item that is given no sku', () => {
  it('gets one, the same for a repeat, by which it is found', async () => {
    const key = { 'idempotency-key': 'without-sku' };
    const { body } = await rest.call('POST', '/items', { name: 'Plain' }, key);
    expect(body.sku).toMatch(/^SKU-[0-9A-HJKMNP-TV-Z]{10}$/);
    expect((await rest.call('POST', '/items', { name: 'Plain' }, key)).body).toEqual(body);
    expect((await rest.call<Item>('GET', `/items/by-sku/${body.sku}`)).body).toEqual(body);
    expect((await rest.newItem()).sku).not.toBe(body.sku);
  });
});

describe('a barcode', () => {
  it('is an image that a browser takes, and that is not sent again to who has it', async () => {
    const { id } = await rest.newItem({ sku: 'BAR-1', barcodes: ['4006381333931'] });
    const path = `/items/${id}/barcode.svg`;
    const image = await get(`${path}?type=ean13`);
    expect([image.status, image.headers.get('content-type')]).toEqual([200, 'image/svg+xml; charset=utf-8']);
    expect(image.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(image.headers.get('cache-control')).toBe('private, no-cache');
    expect(image.text).toMatch(/^<svg .*<\/svg>\s*$/s);
    const etag = image.headers.get('etag') ?? '';
    expect((await get(`${path}?type=ean13`, { 'if-none-match': etag })).status).toBe(304);
    expect((await get(path, { 'if-none-match': etag })).status).toBe(200);
    expect((await get(`${path}?code=BAR-1`)).text).not.toBe((await get(path)).text);
    // What it shows has changed with the item.
    await rest.call('PATCH', `/items/${id}`, { barcodes: ['4006381333948'] });
    expect((await get(`${path}?type=ean13`, { 'if-none-match': etag })).status).toBe(200);
  });

  it('that does not fit, or is not the item’s, is refused by name', async () => {
    const { id } = await rest.newItem({ sku: 'BAR-2' });
    const path = `/items/${id}/barcode.svg`;
    expect(problemIn(await get(`${path}?type=ean13`), 'validation').errors?.[0]?.field).toBe('type');
    expect(problemIn(await get(`${path}?type=ean13&code=BAR-2`), 'validation').errors?.[0]?.field).toBe('code');
    expect(problemIn(await get(`${path}?type=morse`), 'validation').errors?.[0]?.field).toBe('type');
    problemIn(await get(`${path}?code=BAR-1`), 'not-found');
    problemIn(await get(`/items/${'a'.repeat(24)}/barcode.svg`), 'not-found');
  });
});
