import {
  LIMITS,
  type ImportCheck,
  type ImportJob,
  type ImportPage,
  type Item,
  type MovementPage,
} from '@app/contracts';
import { parse } from 'csv-parse/sync';
import Redis from 'ioredis';
import { mongo } from 'mongoose';
import { get as request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { freePort } from './support/ports';
import { problemIn, send, type Sent } from './support/problems';
import { Rest } from './support/rest';
import { PATIENCE_MS, until } from './support/sockets';
import { startApp } from './support/stack';

let rest: Rest;

beforeAll(async () => {
  rest = await Rest.start();
});

afterAll(() => rest?.stack.stop());

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

const CSV = { 'content-type': 'text/csv' };

function upload(
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = CSV,
): Promise<Sent> {
  return send(`${rest.stack.gatewayUrl}/api/v1/imports/${path}`, 'POST', { ...rest.admin, ...headers }, body);
}

async function finished(id: string): Promise<ImportJob> {
  let job: ImportJob | undefined;
  await until(
    async () => {
      job = (await rest.call<ImportJob>('GET', `/imports/${id}`)).body;
      return job.finishedAt !== null;
    },
    PATIENCE_MS,
    'the import',
  );
  if (!job) throw new Error('there is no job');
  return job;
}

async function imported(path: string, body: string, headers: Record<string, string> = CSV): Promise<ImportJob> {
  const sent = await upload(path, body, headers);
  expect([sent.status, sent.status === 202 ? '' : sent.text]).toEqual([202, '']);
  return finished((JSON.parse(sent.text) as ImportJob).id);
}

describe('an import', () => {
  it('books the rows of a file, and tells of each that is refused by line and column', async () => {
    const { id } = await rest.newItem({ sku: 'IMP-1' });
    const file = [
      '\ufeffArtikel;Type;Qty;Reason;Cost',
      'IMP-1;receive;10;purchase;2,50',
      'IMP-1;issue;x;sale;',
      '',
      'NOBODY;issue;1;sale;',
      'IMP-1;issue;11;sale;',
      '"IMP-1";"issue";4;"=sale";',
    ].join('\r\n');
    const sent = await upload('movements?map=Artikel:sku', file);
    const begun = JSON.parse(sent.text) as ImportJob;
    expect([sent.status, sent.headers.get('location')]).toEqual([202, `/api/v1/imports/${begun.id}`]);
    const job = await finished(begun.id);
    expect(job).toMatchObject({ kind: 'movements', status: 'done', rows: 5, applied: 2, rejected: 3 });
    expect(job.errors.map(({ line, column }) => [line, column])).toEqual([
      [3, 'Qty'],
      [5, 'Artikel'],
      [6, 'Qty'],
    ]);
    expect((await rest.call('GET', `/items/${id}`)).body).toMatchObject({ quantity: 6 });
    const { body } = await rest.call<MovementPage>('GET', `/items/${id}/movements?limit=1`);
    expect(body.data[0]).toMatchObject({ actor: { name: rest.stack.adminEmail }, reason: '=sale' });
    const csv = await get(`/imports/${job.id}/errors.csv`);
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(csv.text.split('\r\n').slice(0, 2)).toEqual(['line,column,message', `3,Qty,${job.errors[0]?.message}`]);
    const list = await rest.call<ImportPage>('GET', '/imports?limit=1');
    expect(list.body.data).toMatchObject([{ id: job.id, applied: 2 }]);
    problemIn(await get(`/imports/${'a'.repeat(24)}`), 'not-found');
  });

  it('of a form takes its file, its name and its map', async () => {
    const form = new FormData();
    form.set('map', JSON.stringify({ Bezeichnung: 'name' }));
    form.set('file', new Blob(['Bezeichnung,quantity\nForm 1,3\n']), 'artikel.csv');
    const url = `${rest.stack.gatewayUrl}/api/v1/imports/items`;
    const sent = await fetch(url, { method: 'POST', headers: rest.admin, body: form });
    expect(sent.status).toBe(202);
    const job = await finished(((await sent.json()) as ImportJob).id);
    expect(job).toMatchObject({ kind: 'items', fileName: 'artikel.csv', applied: 1, rejected: 0 });
    const { data } = (await rest.call<{ data: Item[] }>('GET', '/items?q=form')).body;
    expect(data).toMatchObject([{ name: 'Form 1', quantity: 3, sku: expect.stringMatching(/^SKU-/) }]);
    const nothing = new FormData();
    nothing.set('map', 'a:b');
    const refused = await fetch(url, { method: 'POST', headers: rest.admin, body: nothing });
    expect(await refused.json()).toMatchObject({ code: 'validation', errors: [{ field: 'file' }] });
  });

  it('takes an export back', async () => {
    const made = await rest.newItem({
      name: '=back',
      tags: ['x', 'y|z'],
      barcodes: ['back-1'],
      attributes: { a: 'b' },
    });
    const { text } = await get('/exports/items.csv?q=back');
    await rest.call('DELETE', `/items/${made.id}`);
    expect(await imported('items', text)).toMatchObject({ rows: 1, applied: 1, errors: [] });
    const { body } = await rest.call('GET', `/items/by-sku/${made.sku}`);
    const { name, tags, barcodes, attributes } = made;
    expect(body).toMatchObject({ name, tags, barcodes, attributes });
    expect(body.id).not.toBe(made.id);
    expect((await imported('items', text)).errors).toMatchObject([{ line: 2, column: 'sku' }]);
  });

  it('under a key is there once, and books once', async () => {
    const { id } = await rest.newItem({ sku: 'IMP-2' });
    const file = 'sku,type,quantity\nIMP-2,receive,1\n';
    const headers = { ...CSV, 'idempotency-key': 'file-1' };
    const first = await upload('movements', file, headers);
    const { id: keyed } = await finished((JSON.parse(first.text) as ImportJob).id);
    const again = await upload('movements', file, headers);
    expect([again.status, again.headers.get('idempotency-replayed'), again.text]).toEqual([202, 'true', first.text]);
    problemIn(await upload('movements', `${file}IMP-2,receive,1\n`, headers), 'idempotency-key-reused');
    const { id: other } = await imported('movements', file);
    expect((await rest.call('GET', `/items/${id}`)).body.quantity).toBe(2);
    // One without a key goes after thirty days; a repeat of this one may still come then.
    const client = await new mongo.MongoClient(rest.stack.mongoUri).connect();
    const stored = client.db().collection<{ _id: string; expiresAt?: Date }>('imports');
    const [kept, passing] = [await stored.findOne({ _id: keyed }), await stored.findOne({ _id: other })];
    await client.close();
    expect([kept?.expiresAt, passing?.expiresAt]).toEqual([undefined, expect.any(Date)]);
  });

  it('that is only tried writes nothing, and says what is wrong', async () => {
    const before = (await rest.call<ImportPage>('GET', '/imports')).body.data.length;
    const sent = await upload('items?dryRun=true', 'name,price\nA,1\nB,x\n,\n,3\n');
    expect(sent.status).toBe(200);
    expect(JSON.parse(sent.text)).toMatchObject({ rows: 3, valid: 1, truncated: false } satisfies Partial<ImportCheck>);
    expect((JSON.parse(sent.text) as ImportCheck).errors.map(({ line, column }) => [line, column])).toEqual([
      [3, 'price'],
      [5, 'name'],
    ]);
    const many = JSON.parse((await upload('items?dryRun=true', `name,price\n${'A,x\n'.repeat(3_000)}`)).text);
    expect(many).toMatchObject({ rows: 3_000, valid: 0, truncated: true });
    expect((many as ImportCheck).errors).toHaveLength(LIMITS.importErrors);
    expect((await rest.call<ImportPage>('GET', '/imports')).body.data).toHaveLength(before);
  });

  it.each([
    ['an empty file', '', 'file'],
    ['a header alone', 'name,sku\n', 'file'],
    ['an unknown column', 'name,Colour\na,b\n', 'Colour'],
    ['no column for the name', 'sku\na\n', 'name'],
    ['a quote that is not closed', 'name\n"a\n', 'file'],
    ['bytes that are not UTF-8', new Uint8Array([0x6e, 0x61, 0x6d, 0x65, 0x0a, 0xe4, 0x0a]), 'file'],
  ])('is refused with %s, tried or for real', async (_, body, field) => {
    for (const path of ['items', 'items?dryRun=true'])
      expect(problemIn(await upload(path, body), 'validation').errors?.[0]?.field).toBe(field);
  });

  it('is refused when it is no file, or too large', async () => {
    for (const type of ['application/json', 'text/plain', 'multipart/mixed; boundary=x'])
      problemIn(await upload('items', '{}', { 'content-type': type }), 'unsupported-media-type');
    expect(
      problemIn(await upload('items', 'x', { 'content-type': 'multipart/form-data' }), 'validation').errors,
    ).toHaveLength(1);
    problemIn(
      await send(`${rest.stack.gatewayUrl}/api/v1/items`, 'POST', { ...rest.admin, ...CSV }, 'name\na\n'),
      'unsupported-media-type',
    );
    problemIn(await upload('items', new Uint8Array(LIMITS.importBytes + 100_000)), 'too-large');
  });

  it('without Redis is unavailable, but may be tried', async () => {
    const { REDIS_URL: _, ...others } = rest.stack.env;
    const env = { ...others, GATEWAY_PORT: String(await freePort()), GATEWAY_OPS_PORT: String(await freePort()) };
    const gateway = await startApp('gateway', env);
    try {
      const url = `http://127.0.0.1:${env.GATEWAY_PORT}/api/v1/imports/items`;
      const headers = { ...rest.admin, ...CSV };
      expect(problemIn(await send(url, 'POST', headers, 'name\na\n'), 'unavailable').detail).toContain('REDIS_URL');
      expect((await send(`${url}?dryRun=true`, 'POST', headers, 'name\na\n')).status).toBe(200);
    } finally {
      await gateway.stop();
    }
  });
});

/** Enough to be killed in the middle of it, twice. */
const ROWS = 12_000;
const ARTICLES = 20;

/** A file of so many rows for articles of its own, on its way; what is on hand and in the history once it is done. */
async function begin(name: string) {
  const made = await Promise.all(
    Array.from({ length: ARTICLES }, (_, index) => rest.newItem({ sku: `${name}-${index}` })),
  );
  const lines = Array.from({ length: ROWS }, (_, row) => `${name}-${row % ARTICLES},receive,${1 + (row % 3)},${name}`);
  const sent = await upload('movements', `sku,type,quantity,reason\n${lines.join('\n')}`);
  const { id } = JSON.parse(sent.text) as ImportJob;
  const progress = async (from: number): Promise<number> => {
    let applied = 0;
    await until(async () => (applied = (await rest.call<ImportJob>('GET', `/imports/${id}`)).body.applied) > from);
    return applied;
  };
  const expectWhole = async (): Promise<void> => {
    expect(await finished(id)).toMatchObject({ status: 'done', rows: ROWS, applied: ROWS, rejected: 0, errors: [] });
    const items = await Promise.all(made.map((item) => rest.call('GET', `/items/${item.id}`)));
    expect(items.reduce((sum, { body }) => sum + body.quantity, 0)).toBe(2 * ROWS);
    const events = (await get(`/exports/movements.csv?reason=${name}`)).text.trimEnd().split('\r\n');
    expect(events).toHaveLength(ROWS + 1);
  };
  return { progress, expectWhole };
}

describe('an import neither doubles nor loses a row', () => {
  it('when its gateway is killed, also when Redis has lost everything', async () => {
    const { progress, expectWhole } = await begin('GATE');
    const first = await progress(0);
    await rest.stack.kill('gateway');
    const redis = new Redis(rest.stack.redisUrl ?? '');
    await redis.flushdb();
    redis.disconnect();
    await rest.stack.restart('gateway');
    const second = await progress(first);
    expect(second).toBeLessThan(ROWS);
    await rest.stack.kill('gateway');
    await rest.stack.restart('gateway');
    await expectWhole();
  });

  it('when the inventory is killed', async () => {
    const { progress, expectWhole } = await begin('INVENT');
    expect(await progress(0)).toBeLessThan(ROWS);
    await rest.stack.kill('inventory');
    await rest.stack.restart('inventory');
    await expectWhole();
  });
});

describe('an export whose inventory is killed', () => {
  it('ends with a broken connection and not as if it were whole', async () => {
    const url = `${rest.stack.gatewayUrl}/api/v1/exports/movements.ndjson`;
    const response = await new Promise<IncomingMessage>((resolve) => request(url, { headers: rest.admin }, resolve));
    let size = 0;
    // Some of it is here, and no more is read yet, so that the gateway has to wait with the rest.
    await once(response, 'readable');
    await rest.stack.kill('inventory');
    response.on('data', (chunk: Buffer) => (size += chunk.length));
    const [error] = (await once(response, 'error')) as [Error];
    expect(error.message).toBe('aborted');
    expect([response.statusCode, response.complete]).toEqual([200, false]);
    expect(size).toBeGreaterThan(0);
    await rest.stack.restart('inventory');
  });
});
