import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Item } from '@app/contracts';
import { Api } from './support/api';
import { Browser, CHROMIUM } from './support/browser';
import { startStack, type Stack } from './support/stack';

/** Seconds that a token is good for. */
const TOKEN_S = 10;

let stack: Stack;
let api: Api;

beforeAll(async () => {
  stack = await startStack({ env: { JWT_ACCESS_TTL: String(TOKEN_S) } });
  const anyone = new Api(stack.gatewayUrl);
  const { body } = await anyone.login(stack.adminEmail, stack.adminPassword);
  const made = await anyone
    .bearer(body.accessToken)
    .post<{ key: string }>('/api-keys', { name: 'spec', role: 'admin' });
  api = anyone.key(made.body.key);
});

afterAll(() => stack?.stop());

describe('the console', () => {
  it('is one page of files from here, under a policy that allows nothing else', async () => {
    const page = await fetch(`${stack.gatewayUrl}/console`);
    const html = await page.text();
    const sockets = `127.0.0.1:${stack.ports.NOTIFICATION_PORT}`;
    expect(page.headers.get('content-security-policy')).toContain(
      `connect-src 'self' ws://${sockets} wss://${sockets}`,
    );
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self';");
    for (const [, path = ''] of html.matchAll(/(?:src|href)="(\/[^"]+)"/g))
      expect([path, (await fetch(stack.gatewayUrl + path)).status]).toEqual([path, 200]);
    expect(html).not.toMatch(/https?:|<script>|style=|onclick=/);
    const settings = (await (await fetch(`${stack.gatewayUrl}/console/settings.json`)).json()) as object;
    expect(settings).toEqual({ socketUrl: `//${sockets}` });
  });

  it('finds the sockets where their document says they are', async () => {
    const answer = await fetch(`${stack.gatewayUrl}/asyncapi.json`);
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(await answer.json()).toMatchObject({
      asyncapi: '3.0.0',
      servers: { notification: { host: `127.0.0.1:${stack.ports.NOTIFICATION_PORT}`, protocol: 'ws' } },
      operations: { subscribe: { action: 'receive' }, event: { action: 'send' } },
    });
  });

  // Where there is no browser the page is looked at no further: see CONTRIBUTING.md.
  const inChromium = CHROMIUM ? it : it.skip;
  inChromium('signs in, follows a room, pauses, goes on without a gap, and tells of a reset, in Chromium', async () => {
    const browser = await Browser.open(`${stack.gatewayUrl}/console`);
    try {
      await followed(browser);
      await pausedAndResumed(browser);
      await alerted(browser);
      await replayed(browser);
      await surviving(browser);
      await waiting(browser);
      withoutFault(browser);
    } finally {
      await browser.close();
    }
  });
});

const COUNT = 'Number(document.querySelector("#count").textContent)';
const POSITIONS = '[...document.querySelectorAll("#events tr td:first-child")].map((cell) => Number(cell.textContent))';

async function create(name: string, quantity: number): Promise<Item> {
  return (await api.post<Item>('/items', { name, quantity, reorderLevel: 2 })).body;
}

async function followed(browser: Browser): Promise<void> {
  await browser.until('document.querySelector("#socket-url")?.textContent.startsWith("http")');
  expect(await browser.eval('document.querySelector("#follow").disabled')).toBe(true);
  await browser.fill('#key', 'not a key');
  await browser.press('Enter');
  await browser.until('document.querySelector("#sign-in-problem").textContent !== ""');
  await browser.eval('document.querySelector("#key").value = ""');
  await browser.fill('#email', stack.adminEmail);
  await browser.fill('#password', 'not the password');
  await browser.press('Enter');
  await browser.until('document.querySelector("#sign-in-problem").textContent !== ""');
  browser.errors.length = 0; // The 401 that was asked for.
  await browser.fill('#password', stack.adminPassword);
  await browser.press('Enter');
  await browser.until('document.querySelector("#status").dataset.state === "live"');
  expect(await browser.eval('document.activeElement.id')).toBe('room');
  await browser.press('Enter');
  await browser.until('document.querySelector("#rooms").textContent.includes("live")');
  const item = await create('White hanging heart', 10);
  await browser.until(`${COUNT} === 1`);
  await browser.fill('#room', 'hanging');
  await browser.until('document.querySelector("#suggestions").children.length === 2');
  await browser.fill('#room', `item:${item.id}`);
  await browser.press('Enter');
  await browser.until('document.querySelector("#rooms").textContent.includes("10 on hand")');
  await api.post(`/items/${item.id}/movements`, { type: 'issue', quantity: 3, reason: 'sale' });
  await browser.until('document.querySelector("#rooms").textContent.includes("7 on hand")');
  await browser.until(`${COUNT} === 3`);
  await picture(browser, 'light');
  await browser.eval('[...document.querySelectorAll("#rooms button")].at(-1).click()');
  await browser.eval('document.querySelector("#clear").click()');
}

async function pausedAndResumed(browser: Browser): Promise<void> {
  await browser.eval('document.querySelector("#pause").click()');
  await browser.until('document.querySelector("#status").dataset.state === "paused"');
  for (const name of ['Lantern', 'Mug', 'Clock']) await create(name, 1);
  expect(await browser.eval(COUNT)).toBe(0);
  await browser.eval('document.querySelector("#pause").click()');
  await browser.until(`${COUNT} === 3`);
  expect(await browser.eval(POSITIONS)).toEqual([5, 4, 3]);
}

/** The room that begins with several items. */
async function alerted(browser: Browser): Promise<void> {
  await browser.fill('#room', 'alerts');
  await browser.press('Enter');
  await browser.until('document.querySelector("#rooms").textContent.includes("alerts" + "live")');
  expect(await browser.eval('document.querySelector("#rooms li:last-child").textContent')).toContain(
    '3 low when it began',
  );
  const { id } = await create('Candle', 5);
  await api.post(`/items/${id}/movements`, { type: 'issue', quantity: 4 });
  await browser.until('document.querySelector("#log").textContent.includes("low-stock: Candle, 1 available")');
  await browser.eval('[...document.querySelectorAll("#rooms button")].at(-1).click()');
}

/** From a position of the past, and from one that never was. */
async function replayed(browser: Browser): Promise<void> {
  await browser.fill('#room', 'items');
  await browser.fill('#from', '1');
  await browser.press('Enter');
  await browser.until(`${COUNT} === 11`);
  await browser.fill('#from', '9999');
  await browser.press('Enter');
  await browser.until('document.querySelector("#resets").textContent === "1"');
  expect(await browser.eval('document.querySelector("#log .reset").textContent')).toContain('items from position 7');
  await browser.colourScheme('dark');
  await picture(browser, 'dark');
}

/** A notification app that dies is followed again from where it was. */
async function surviving(browser: Browser): Promise<void> {
  await browser.eval('document.querySelector("#clear").click()');
  await stack.kill('notification');
  await browser.until('document.querySelector("#status").dataset.state !== "live"');
  await create('Meanwhile', 1);
  await stack.restart('notification');
  await browser.until(`${COUNT} === 1`);
  expect(await browser.eval(POSITIONS)).toEqual([8]);
}

/** A token that ended while nobody could renew it is renewed as soon as somebody can. */
async function waiting(browser: Browser): Promise<void> {
  await stack.kill('gateway');
  await stack.kill('notification');
  await sleep(TOKEN_S * 1_000);
  await stack.restart('notification');
  await browser.until('document.querySelector("#log").textContent.includes("no fresh token")');
  await stack.restart('gateway');
  await create('After all', 1);
  await browser.until(`${POSITIONS}[0] === 9`);
}

/** What the page could not connect to while nobody was there is no fault of its own. */
function withoutFault({ errors }: Browser): void {
  expect(errors.filter((error) => !error.includes('ERR_CONNECTION_REFUSED'))).toEqual([]);
}

/** For whoever wants to see it: SCREENSHOTS names a folder. */
async function picture(browser: Browser, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder) await writeFile(join(folder, `console-${name}.png`), await browser.screenshot());
}
