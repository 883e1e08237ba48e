import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import {
  Stockwire,
  type Change,
  type Item,
  type Status,
  type StockwireOptions,
  type TokenStorage,
} from '@stockwire/client';
import { Browser, CHROMIUM } from './support/browser';
import { Proxy } from './support/proxy';
import { until } from './support/sockets';
import { startStack, type Stack } from './support/stack';

const ROOT = resolve(__dirname, '..');
const CLIENT = join(ROOT, 'libs/client');
const SIZE = 20 * 1_024;
/** A fifth of it is left to renew a token, also on a slow machine. */
const ACCESS_TTL_S = 8;

let stack: Stack;
let proxy: Proxy;
const clients: Stockwire[] = [];

/** A client of this stack, its sockets through the proxy. */
function client(options: Partial<StockwireOptions> = {}): Stockwire {
  const credentials = { email: stack.adminEmail, password: stack.adminPassword };
  const socketUrl = proxy.through(stack.notificationUrl);
  const made = new Stockwire({ url: stack.gatewayUrl, socketUrl, credentials, ...options });
  clients.push(made);
  return made;
}

async function run(file: string, env: Record<string, string> = {}, args: string[] = []): Promise<string> {
  // Without colours, which jest wants of its workers where it sees that GitHub runs it.
  const child = spawn(process.execPath, [file, ...args], {
    cwd: ROOT,
    env: { ...process.env, FORCE_COLOR: '0', ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stdin.end();
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`${file} ended with ${code}:\n${output}`);
  return output;
}

beforeAll(async () => {
  [stack] = await Promise.all([
    startStack({ env: { JWT_ACCESS_TTL: String(ACCESS_TTL_S) } }),
    run(join(CLIENT, 'build.mjs'), {}, ['--no-types']),
  ]);
  proxy = await Proxy.to(stack.notificationUrl);
});

afterEach(() => clients.splice(0).forEach((one) => one.close()));
afterAll(async () => {
  await proxy?.close();
  await stack?.stop();
});

/** What a subscriber was told. */
class Told {
  readonly changes: Change[] = [];
  readonly statuses: Status[] = [];
  readonly onStatus = (status: Status): number => this.statuses.push(status);

  get positions(): number[] {
    return this.changes.flatMap((change) => (change.kind === 'event' ? change.position : []));
  }

  get resets(): number {
    return this.changes.filter((change) => change.kind === 'snapshot' && change.reset).length;
  }
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

describe('a follower', () => {
  it('is told every event once and in order, over cuts, a killed server, and tokens that end', async () => {
    const stock = client();
    const item = await stock.api.post('/items', { body: { name: 'Heart', quantity: 1_000 } });
    const params = { path: { id: item.id } };
    const all = new Told();
    const one = new Told();
    const shown: (Item | null)[] = [];
    const everything = stock.room('items').subscribe((change) => all.changes.push(change), all);
    const single = stock.item(item.id).subscribe((now, change) => {
      shown.push(now);
      one.changes.push(change);
    }, one);
    await until(() => everything.status === 'live' && single.status === 'live');
    const begun = everything.position;
    let enough = false;
    const writing = (async () => {
      while (!enough) {
        await stock.api.post('/items/{id}/movements', { params, body: { type: 'issue', quantity: 1 } });
        await stock.api.post('/items/{id}/movements', {
          params,
          body: { type: 'receive', quantity: 2, reference: 'x' },
        });
        await stock.api.patch('/items/{id}', { params, body: { description: String(Date.now()) } });
      }
    })();
    await stack.kill('notification');
    await stack.restart('notification');
    // Nothing happens to this one, except that its token ends.
    const quiet = new Told();
    const undisturbed = client({ socketUrl: stack.notificationUrl })
      .room('items')
      .subscribe(() => undefined, quiet);
    const ended = sleep((ACCESS_TTL_S + 1.5) * 1_000);
    for (let cut = 0; cut < 3; cut++) {
      await until(() => everything.status === 'live' && single.status === 'live');
      proxy.cut();
      await until(() => everything.status === 'offline' && single.status === 'offline');
      proxy.heal();
    }
    await ended;
    enough = true;
    await writing;
    const { head } = await stock.api.get('/events', { params: { query: { limit: 1 } } });
    await until(() => [everything, single, undisturbed].every(({ position }) => position === head));
    expect(all.positions).toEqual(range(begun + 1, head));
    expect(one.positions).toEqual(all.positions);
    expect([all.resets, one.resets]).toEqual([0, 0]);
    expect(shown.at(-1)).toEqual(await stock.api.get('/items/{id}', { params }));
    expect(new Set([...all.statuses, ...one.statuses])).toEqual(new Set(['live', 'offline']));
    expect(quiet.statuses).toEqual(['live']);
  });

  it('shows an item as the server does, whatever happens to it', async () => {
    const stock = client();
    const { id } = await stock.api.post('/items', { body: { name: 'Lamp', quantity: 9, tags: ['a'] } });
    const params = { path: { id } };
    let shown: Item | null | undefined;
    const subscription = stock.item(id).subscribe((item) => (shown = item));
    const same = async (): Promise<void> => {
      const item = await stock.api.get('/items/{id}', { params });
      await until(() => subscription.position >= item.position);
      expect(shown).toEqual(item);
    };
    const code = `c${Date.now()}`;
    await stock.api.post('/locations', { body: { code, name: 'Shop' } });
    await stock.api.post('/movements', {
      body: { lines: [{ itemId: id, type: 'transfer', quantity: 2, location: 'main', toLocation: code }] },
    });
    await same();
    const held = await stock.api.post('/reservations', {
      body: { lines: [{ itemId: id, quantity: 3 }], ttlSeconds: 600 },
    });
    await same();
    await stock.api.patch('/items/{id}', {
      params,
      body: { name: 'Lantern', category: 'light', attributes: { a: 1 } },
    });
    await stock.api.post('/items/{id}/movements', {
      params,
      body: { type: 'set_aside', quantity: 1, reason: 'broken' },
    });
    await same();
    await stock.api.post('/reservations/{id}/release', { params: { path: { id: held.id } } });
    await stock.api.delete('/items/{id}', { params });
    await until(() => shown === null);
    await stock.api.post('/items/{id}/restore', { params });
    await same();
  });

  it('is told of a reset where it can not go on, and goes on from there', async () => {
    const stock = client();
    const told = new Told();
    const since = { epoch: 'of another ledger', position: 3 };
    const subscription = stock.room('items').subscribe((change) => told.changes.push(change), { since });
    await until(() => told.resets === 1);
    const { position } = subscription;
    await stock.api.post('/items', { body: { name: 'after the reset' } });
    await until(() => told.positions.length > 0);
    expect(told.positions).toEqual([position + 1]);
  });

  it('is refused what is not there, and whoever is not logged in everything, with the reason', async () => {
    const problems: (string | undefined)[] = [];
    const onStatus = (status: Status, problem?: Error & { code: string }): void => {
      if (status === 'refused') problems.push(problem?.code);
    };
    client()
      .item('0'.repeat(24))
      .subscribe(() => undefined, { onStatus });
    await until(() => problems.length === 1);
    new Stockwire({ url: stack.gatewayUrl, socketUrl: stack.notificationUrl })
      .room('items')
      .subscribe(() => undefined, { onStatus });
    await until(() => problems.length === 2);
    expect(problems).toEqual(['not-found', 'unauthenticated']);
  });
});

describe('the API', () => {
  it('is called again after a lost answer, and nothing happens twice', async () => {
    const { id } = await client().api.post('/items', { body: { name: 'Clock', quantity: 10 } });
    const lost: string[] = [];
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const response = await globalThis.fetch(input, init);
      const key = (input as Request).headers.get('idempotency-key');
      if (key === null || lost.push(key) > 2) return response;
      throw new TypeError('the answer was lost');
    };
    const { items } = await client({ fetch }).api.post('/items/{id}/movements', {
      params: { path: { id } },
      body: { type: 'issue', quantity: 3 },
    });
    expect(items).toMatchObject([{ quantity: 7 }]);
    expect([lost.length, new Set(lost).size]).toEqual([3, 1]);
  });

  it('refuses by a problem with its code', async () => {
    const { id } = await client().api.post('/items', { body: { name: 'Mug', quantity: 1 } });
    const movement = { params: { path: { id } }, body: { type: 'issue' as const, quantity: 2 } };
    await expect(client().api.post('/items/{id}/movements', movement)).rejects.toMatchObject({
      name: 'StockwireProblem',
      code: 'insufficient-stock',
      status: 409,
      problem: { available: 1, requested: 2 },
    });
    const gone = client({ url: 'http://127.0.0.1:9', patienceMs: 300 });
    await expect(gone.login('a@b.c', 'x')).rejects.toMatchObject({ code: 'unreachable', status: 0 });
  });

  it('renews a token that ended once for all who need it, in all tabs', async () => {
    const kept = new Map<string, string>();
    const storage: TokenStorage = {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    };
    const refreshes: string[] = [];
    const fetch: typeof globalThis.fetch = (input, init) => {
      if ((input as Request).url.endsWith('/auth/refresh')) refreshes.push((input as Request).url);
      return globalThis.fetch(input, init);
    };
    const options = { storage, fetch, credentials: undefined } as unknown as Partial<StockwireOptions>;
    const tabs = [client(options), client(options)];
    await tabs[0]?.login(stack.adminEmail, stack.adminPassword);
    // As if its time were over, and as if the server had ended it before its time.
    for (const [part, value] of [
      ['expiresAt', 0],
      ['accessToken', 'not a token any more'],
    ] as const) {
      for (const [key, text] of kept) kept.set(key, JSON.stringify({ ...(JSON.parse(text) as object), [part]: value }));
      refreshes.length = 0;
      const calls = tabs.flatMap((tab) => Array.from({ length: 10 }, () => tab.api.get('/auth/me')));
      expect((await Promise.all(calls)).map(({ email }) => email)).toEqual(Array(20).fill(stack.adminEmail));
      expect(refreshes).toHaveLength(1);
    }
    await tabs[1]?.logout();
    await expect(tabs[0]?.api.get('/auth/me')).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});

describe('the package', () => {
  it('is what the documents say', async () => {
    await run(join(ROOT, 'dist/tools/client/main.js'), {}, ['--check']);
  });

  it('is small, and both kinds of modules are there', async () => {
    for (const file of ['index.mjs', 'index.cjs'])
      expect(gzipSync(await readFile(join(CLIENT, 'dist', file))).length).toBeLessThan(SIZE);
    const file = join(CLIENT, 'dist/required.cjs');
    await writeFile(file, "const { Stockwire } = require('@stockwire/client'); console.log(typeof Stockwire);\n");
    expect(await run(file)).toBe('function\n');
  });

  it('does what its README shows', async () => {
    const readme = await readFile(join(CLIENT, 'README.md'), 'utf8');
    const examples = [...readme.matchAll(/```js\n([^]*?)```/g)].map(([, code = '']) => code);
    expect(examples).toHaveLength(7);
    const outputs: string[] = [];
    for (const [index, code] of examples.entries()) {
      const file = join(CLIENT, `dist/readme-${index}.mjs`);
      const here = `url: '${stack.gatewayUrl}', socketUrl: '${stack.notificationUrl}'`;
      await writeFile(file, code.replaceAll("url: 'http://127.0.0.1:6100'", here));
      outputs.push(await run(file));
    }
    // How often it is told on the way is the machine's to say.
    const [imported] = outputs.splice(5, 1);
    expect(imported).toMatch(/^(\w+: \d of \d\n)*done: 2 of 2\n$/);
    expect(outputs).toEqual([
      '7\nonly 7 left\n',
      'live\nsnapshot: 5\nevent: 4\nclosed\n',
      'Mug, Clock\n',
      'low-stock: Candle, 2 left\n',
      'live\nRibbon: 1 left\nclosed\n',
      `${stack.adminEmail}: counting\n${stack.adminEmail}: packing\n`,
    ]);
  });

  it('runs its example in Node', async () => {
    const env = { STOCKWIRE_URL: stack.gatewayUrl, SOCKET_URL: stack.notificationUrl, PASSWORD: stack.adminPassword };
    const output = await run(join(CLIENT, 'examples/follow.mjs'), env);
    expect(output).toContain('White hanging heart: 10 available\n');
    expect(output).toContain('White hanging heart: 7 available\n');
  });

  const inChromium = CHROMIUM ? it : it.skip;
  inChromium('runs its example in Chromium', async () => {
    const server = spawn(process.execPath, [join(CLIENT, 'examples/serve.mjs')], {
      env: { ...process.env, STOCKWIRE_URL: stack.gatewayUrl, PORT: '0' },
    });
    try {
      const [url] = (await once(createInterface(server.stdout), 'line')) as [string];
      const browser = await Browser.open(`${url}/?sockets=${encodeURIComponent(stack.notificationUrl)}`);
      try {
        await browser.until('document.querySelector("[role=status]")?.textContent.includes("Nobody is logged in")');
        await browser.fill('[type=password]', stack.adminPassword);
        await browser.press('Enter');
        await browser.until('document.querySelector("[role=status]").textContent === "live"');
        await client().api.post('/items', { body: { name: 'Seen in a browser', quantity: 4 } });
        await browser.until('document.querySelector("tbody").textContent.includes("Seen in a browser4item.created")');
      } finally {
        await browser.close();
      }
    } finally {
      server.kill();
    }
  });
});
