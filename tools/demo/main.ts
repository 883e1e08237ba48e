import { setTimeout as sleep } from 'node:timers/promises';
import type { EventPage, LedgerEvent, Verification } from '@app/contracts';
import { Api } from './api';
import { sumCheck, type SumCheck } from './check';
import { LiveFeed } from './live';
import { Loader, PARTS, type Part } from './load';
import { planOf, readLines, retailFile, type Expected, type Plan } from './retail';
import { bar, Screen, thousands } from './screen';

export interface DemoOptions {
  gatewayUrl: string;
  notificationUrl: string;
  /** An admin: verifying the ledger takes one. */
  email: string;
  password: string;
  screen?: Screen;
  /** Ends it early; a later run goes on from there. */
  signal?: AbortSignal;
}

const REDRAW_MS = 120;
const EVENT_SHOWN_EVERY_MS = 400;
const ARRIVES_WITHIN_MS = 15_000;
const VERIFIED_WITHIN_MS = 300_000;

/**
 * Loads the retail data through the public API, shows it arriving on a socket, and checks the sums. Running it again, or
 * after an interruption, doubles nothing.
 * @throws when something was refused, lost or does not add up
 */
export async function runDemo(options: DemoOptions): Promise<void> {
  const { gatewayUrl, notificationUrl, email, password, screen = new Screen() } = options;
  const plan = planOf(await readLines(retailFile()));
  const api = new Api(gatewayUrl, { email, password }, options.signal);
  await api.login();
  screen.line(
    `Demo: ${thousands(plan.movements.length)} invoice lines over ${thousands(plan.items.length)} articles, ` +
      'a UK online retailer, December 2010 (Chen, Sain, Guo 2012; UCI Online Retail)',
  );
  const feed = new LiveFeed(notificationUrl, () => api.accessToken, showSome(screen));
  try {
    await feed.start();
    const loader = new Loader(api, feed, plan, (await readHead(api)).head);
    await load(loader, plan, feed, screen);
    await conclude(api, { expected: plan.expected, after: loader.after }, feed, screen);
  } finally {
    feed.stop();
  }
}

async function readHead(api: Api): Promise<EventPage> {
  return (await api.patiently<EventPage>({ path: '/events?limit=1' })).body;
}

async function load(loader: Loader, plan: Plan, feed: LiveFeed, screen: Screen): Promise<void> {
  const total = plan.items.length + plan.opening.length + plan.movements.length;
  const { booked } = loader;
  let began = performance.now();
  let part: Part = 'items';
  const status = (): string => {
    const perSecond = Math.round(booked[part] / ((performance.now() - began) / 1_000));
    const rate = loader.earlier > 0 ? '' : `${thousands(perSecond)} ${part === 'items' ? 'items' : 'lines'}/s  `;
    return (
      `${bar(booked.items + booked.opening + booked.movements, total)}  ` +
      `${thousands(booked.opening + booked.movements)} lines  ${rate}socket at ${thousands(feed.position)}`
    );
  };
  const redraw = setInterval(() => screen.progress(status()), REDRAW_MS);
  try {
    for (part of PARTS) {
      began = performance.now();
      await loader.load(part);
    }
  } finally {
    clearInterval(redraw);
    screen.finish(status());
  }
  if (loader.earlier > 0) {
    const some = `${thousands(loader.earlier)} of ${thousands(total)} items and lines were`;
    const all = loader.earlier === total ? 'Everything was' : some;
    screen.line(`${all} there from an earlier run: not booked again`);
  }
}

/** A few of the events as they arrive: all of them would be too fast to read. */
function showSome(screen: Screen): (event: LedgerEvent) => void {
  let shownAt = 0;
  return (event) => {
    const now = performance.now();
    if (now - shownAt < EVENT_SHOWN_EVERY_MS) return;
    shownAt = now;
    const change = event.change.onHand > 0 ? `+${event.change.onHand}` : String(event.change.onHand);
    screen.line(
      `  #${String(event.position).padEnd(7)} ${event.type.padEnd(18)} ${(event.sku ?? '').padEnd(8)} ` +
        `${change.padStart(6)} → ${String(event.after.quantity).padStart(6)}  ${event.name.trim()}`,
    );
  };
}

interface Due {
  expected: Expected;
  /** A position before the demo's first event. */
  after: number;
}

async function conclude(api: Api, due: Due, feed: LiveFeed, screen: Screen): Promise<void> {
  const check = await settledCheck(api, due);
  const faults = [...check.faults, ...(await checkFeed(feed, check.position, screen))];
  printSums(check, due.expected, screen);
  faults.push(...(await verify(api, screen)));
  if (faults.length > 0) throw new Error(`the demo does not add up:\n  ${faults.join('\n  ')}`);
  screen.line('Sum check passed: the file, the ledger and the items agree, article by article.');
}

async function verify(api: Api, screen: Screen): Promise<string[]> {
  const { body } = await api.patiently<Verification>({ path: '/ledger/verify' }, VERIFIED_WITHIN_MS);
  const verdict = body.ok ? 'good' : 'NOT GOOD';
  screen.line(
    `Ledger verified: ${verdict}, ${thousands(body.checked)} events up to position ${thousands(body.position)}`,
  );
  const faults = body.faults.map(({ position, kind, detail }) => `position ${position}: ${kind}: ${detail}`);
  return body.ok || faults.length > 0 ? faults : ['the ledger is not good'];
}

/** Somebody else may be trading while this reads ledger and items one after the other: then it reads again. */
async function settledCheck(api: Api, { expected, after }: Due): Promise<SumCheck> {
  for (let attempt = 1; ; attempt++) {
    const check = await sumCheck(api, expected, after);
    const { head } = await readHead(api);
    if (check.faults.length === 0 || head === check.position || attempt === 5) return check;
    await sleep(500);
  }
}

async function checkFeed(feed: LiveFeed, position: number, screen: Screen): Promise<string[]> {
  const arrived = await feed.waitFor(position, ARRIVES_WITHIN_MS);
  const from = feed.from?.position ?? 0;
  const positions = feed.position - from;
  screen.line(
    `Socket: ${thousands(feed.received)} events received, the ledger moved from ${thousands(from)} to ${thousands(feed.position)}`,
  );
  const faults = feed.faults.slice(0, 10);
  if (!arrived) faults.push(`the socket is at ${feed.position}, the ledger at ${position}`);
  if (feed.received !== positions) faults.push(`${positions} positions, but ${feed.received} events on the socket`);
  return faults;
}

function printSums(check: SumCheck, expected: Expected, screen: Screen): void {
  const row = (label: string, value: number): void =>
    screen.line(`  ${label.padEnd(34)}${thousands(value).padStart(12)}`);
  const { opening, returned, sold, writtenOff } = expected;
  screen.line('Pieces');
  row('opening stock', opening);
  row('+ returned', returned);
  row('- sold', -sold);
  row('- written off', -writtenOff);
  row('= by the file', opening + returned - sold - writtenOff);
  row(`by ${thousands(check.events)} events of the demo`, check.byDemo);
  if (check.byOthers !== 0) row('by later events of others', check.byOthers);
  row('on hand by GET /items', check.onHand);
}

if (require.main === module) {
  const { GATEWAY_URL, NOTIFICATION_URL, ADMIN_EMAIL = '', ADMIN_PASSWORD = '' } = process.env;
  const gatewayUrl = GATEWAY_URL ?? 'http://127.0.0.1:6100';
  const notificationUrl = NOTIFICATION_URL ?? 'http://127.0.0.1:6102';
  runDemo({ gatewayUrl, notificationUrl, email: ADMIN_EMAIL, password: ADMIN_PASSWORD }).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
