import { setTimeout as sleep } from 'node:timers/promises';
import { argumentsOf, misused } from './arguments';
import { Bench } from './bench';
import { Generator } from './generator';
import { measureImports } from './imports';
import { measurePast } from './past';
import { ROWS, type RowResult } from './rows';
import { ITEMS, Plain, Stockwire } from './sides';
import { SocketBench } from './sockets';
import { endOnSignals, Stack } from './stack';
import { table, verdict } from './table';

/** Subscribers of the row that has many of them. */
const CROWD = 1_000;
const SOCKETS = ['idle-socket', 'fan-out', 'burst', 'resume'] as const;
const OTHERS = ['import', 'push', 'push-crowd', 'push-everything', 'webhooks', ...SOCKETS, 'as-of', 'memory'];
/** What needs no shelf full of items. */
const BARE: readonly string[] = [...SOCKETS, 'as-of'];
const NAMES = [...ROWS.map(({ id }) => id), ...OTHERS];
const USAGE = `npm run bench -- [--only <row>]... [--seconds <n>] [--rounds <n>] [--json]
rows: ${NAMES.join(', ')}
two-inventories compares Stockwire with itself: a second inventory, behind a gateway that knows both, against one.`;

const values = argumentsOf(USAGE, {
  only: { type: 'string', multiple: true },
  seconds: { type: 'string', default: '5' },
  rounds: { type: 'string', default: '3' },
  json: { type: 'boolean', default: false },
});

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** `adjust` means all that begin so. */
function means(only: string, id: string): boolean {
  return id === only || id.startsWith(`${only}-`);
}

/** Whether a row was asked for. */
function wanted(id: string): boolean {
  return values.only?.some((only) => means(only, id)) ?? true;
}

/** What was asked for and is no row. */
function unknown(): string[] {
  return values.only?.filter((only) => !NAMES.some((id) => means(only, id))) ?? [];
}

async function measure(stack: Stack, generator: Generator): Promise<RowResult[]> {
  const stockwire = new Stockwire(stack);
  const plain = new Plain(stack);
  await sleep(3_000);
  const bench = new Bench(stack, { plain, stockwire }, generator, {
    seconds: Number(values.seconds),
    rounds: Number(values.rounds),
    say,
  });
  const results: RowResult[] = [];
  const note = (rows: RowResult[]): void => {
    results.push(...rows);
    say(table(rows));
  };
  try {
    if (wanted('memory')) note(bench.idleMemory());
    if (values.only?.every((only) => BARE.includes(only))) await stockwire.api.login();
    else {
      say(`filling both with ${ITEMS} items`);
      await Promise.all([stockwire.fill(), plain.fill()]);
    }
    for (const row of ROWS) if (wanted(row.id)) note([await bench.row(row)]);
    if (wanted('import')) note(await measureImports(stack, stockwire));
    if (wanted('push')) note(await bench.push('item'));
    if (wanted('push-crowd')) note(await bench.push('item', CROWD));
    // 60,000 callbacks a second take more than two cores have beside the servers: only when asked for.
    if (values.only?.includes('push-everything')) note(await bench.push('items'));
    if (wanted('webhooks')) note([await bench.webhooks()]);
    if (wanted('memory')) note(bench.loadedMemory());
    // Last: what these write is in nobody's account.
    for (const row of await socketRows(stack, stockwire)) note([row]);
    if (wanted('as-of')) note(await measurePast(stockwire.api, Number(values.seconds), say));
  } finally {
    bench.stop();
    await plain.stop();
  }
  return results;
}

async function socketRows(stack: Stack, { api }: Stockwire): Promise<RowResult[]> {
  const sockets = new SocketBench(stack, api, { seconds: Number(values.seconds), rounds: Number(values.rounds) });
  const rows: RowResult[] = [];
  if (wanted('idle-socket')) rows.push(await sockets.idle());
  if (wanted('fan-out')) rows.push(await sockets.fanOut());
  if (wanted('burst')) rows.push(await sockets.burst());
  if (wanted('resume')) rows.push(await sockets.resume());
  return rows;
}

async function main(): Promise<void> {
  const strange = unknown();
  if (strange.length > 0) misused(USAGE, `there is no row ${strange.join(', ')}`);
  endOnSignals();
  const stack = await Stack.start({ say });
  const generator = new Generator();
  try {
    const results = await measure(stack, generator);
    process.stdout.write(values.json ? `${JSON.stringify(results, null, 2)}\n` : `\n${table(results)}\n`);
    if (results.some((result) => verdict(result) === 'REFUSED')) process.exitCode = 1;
  } finally {
    generator.stop();
    await stack.stop();
  }
}

main().catch((error: unknown) => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
});
