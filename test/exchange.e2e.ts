import type { Item, MovementPage } from '@app/contracts';
import { parse } from 'csv-parse/sync';
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

describe('an export', () => {
  const rows = (csv: string): Record<string, string>[] => parse(csv, { columns: true });

  it('has all items that the filters let through, safe to open in a spreadsheet', async () => {
    const category = 'exported';
    const made: Item[] = [];
    for (const name of ['=1+1', 'Plain', 'with "quotes", commas', '-5'])
      made.push(await rest.newItem({ name, category, quantity: 3, tags: ['a', 'b'], attributes: { x: 1 } }));
    const sent = await get(`/exports/items.csv?category=${category}`);
    expect([sent.status, sent.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    expect(sent.headers.get('content-disposition')).toMatch(
      /^attachment; filename="stockwire-items-\d{4}-\d\d-\d\d.csv"$/,
    );
    expect(Number(sent.headers.get('x-position'))).toBeGreaterThanOrEqual(made.at(-1)?.position ?? Number.NaN);
    expect(rows(sent.text).map(({ name, tags, quantity }) => [name, tags, quantity])).toEqual([
      ['-5', 'a|b', '3'],
      ["'=1+1", 'a|b', '3'],
      ['Plain', 'a|b', '3'],
      ['with "quotes", commas', 'a|b', '3'],
    ]);
    const { text } = await get(`/exports/items.ndjson?category=${category}`);
    const lines = text.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as Item)).toEqual(expect.arrayContaining(made));
    expect(lines).toHaveLength(made.length);
    expect((await get('/exports/items.csv?category=none')).text).toMatch(/^id,sku,name,.*\r\n$/);
    const marked = await fetch(`${rest.stack.gatewayUrl}/api/v1/exports/items.csv?bom=true`, { headers: rest.admin });
    expect([...new Uint8Array(await marked.arrayBuffer())].slice(0, 5)).toEqual([0xef, 0xbb, 0xbf, 0x69, 0x64]);
    expect(rows((await get('/exports/items.csv?q=plain')).text)).toHaveLength(2);
  });

  it('has the history in the order of the ledger, over many pages', async () => {
    const { id } = await rest.newItem({ quantity: 1, sku: 'MANY' });
    const line = { itemId: id, type: 'receive', quantity: 1, reason: 'export' };
    await rest.call('POST', '/movements/batch', { rows: Array.from({ length: 999 }, () => line) });
    await rest.call('POST', `/items/${id}/movements`, { type: 'issue', quantity: 2, reason: '=sale' });
    const all = rows((await get(`/exports/movements.csv?itemId=${id}`)).text);
    expect(all).toHaveLength(1_001);
    expect(all[0]).toMatchObject({ type: 'item.created', change: '1', sku: 'MANY', quantityAfter: '1' });
    expect(all.at(-1)).toMatchObject({
      change: '-2',
      reason: "'=sale",
      quantityAfter: '998',
      actor: expect.any(String),
    });
    const positions = all.map(({ position }) => Number(position));
    expect(positions).toEqual(positions.toSorted((one, other) => one - other));
    expect(rows((await get('/exports/movements.csv?reason=export&type=receive')).text)).toHaveLength(999);
    const { text } = await get(`/exports/movements.ndjson?itemId=${id}&type=issue`);
    const list = await rest.call<MovementPage>('GET', `/items/${id}/movements?type=issue`);
    expect(text).toBe(`${JSON.stringify(list.body.data[0])}\n`);
  });

  it('is refused like any list, and asked for by HEAD sends nothing', async () => {
    for (const path of [
      'items.csv?limit=5',
      'items.ndjson?bom=true',
      'movements.csv?type=nonsense',
      'movements.csv?from=x',
    ])
      problemIn(await get(`/exports/${path}`), 'validation');
    const head = await send(`${rest.stack.gatewayUrl}/api/v1/exports/movements.csv`, 'HEAD', rest.admin);
    expect([head.status, head.text, head.headers.get('content-type')]).toEqual([200, '', 'text/csv; charset=utf-8']);
  });
});
