import type { EventPage, Item } from '@app/contracts';
import { argumentsOf } from '../bench/arguments';
import { endOnSignals, Stack } from '../bench/stack';
import { requestText, Wire } from '../bench/wire';
import { Api } from '../demo/api';

const USAGE = `npm run prove:race -- [--clients <n>] [--rounds <n>]
All clients want one of 100 pieces at the same moment: exactly 100 get one, by either route, with a key and without.`;

const values = argumentsOf(USAGE, {
  clients: { type: 'string', default: '256' },
  rounds: { type: 'string', default: '10' },
});

const PIECES = 100;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Everyone wants one piece, all at the same moment. Answers how often each status came. */
async function race(port: number, clients: number, textOf: (client: number) => string): Promise<Map<number, number>> {
  const statuses = new Map<number, number>();
  const count = (status: number): void => void statuses.set(status, (statuses.get(status) ?? 0) + 1);
  const give: (() => void)[] = [];
  const wires = await Promise.all(
    Array.from({ length: clients }, (_, client) => Wire.open(port, () => give[client]?.())),
  );
  const buy = (wire: Wire, client: number): Promise<void> =>
    new Promise((resolve) => {
      const settle = (status: number): void => {
        count(status);
        resolve();
      };
      give[client] = () => settle(0);
      wire.send(textOf(client), settle);
    });
  await Promise.all(wires.map(buy));
  wires.forEach((wire) => wire.close());
  return statuses;
}

async function round(stack: Stack, api: Api, number: number, clients: number): Promise<boolean> {
  const sku = `RACE-${number}`;
  const create = { method: 'POST', path: '/items', body: { name: `Race ${number}`, sku, quantity: PIECES } } as const;
  const { id } = (await api.patiently<Item>({ ...create, key: `race-${number}` })).body;
  const keyed = number % 2 === 1;
  // By the item's own route, and by its sku: two ways to the same stock.
  const bySku = number % 4 >= 2;
  const path = bySku ? '/api/v1/movements' : `/api/v1/items/${id}/movements`;
  const line = { type: 'issue', quantity: 1 };
  const body = JSON.stringify({ ...(bySku ? { lines: [{ sku, ...line }] } : line), reason: 'sale' });
  const textOf = (client: number): string => {
    const key = keyed ? `idempotency-key: race-${number}-${client}\r\n` : '';
    return requestText('POST', path, `authorization: Bearer ${api.accessToken}\r\n${key}`, body);
  };
  const began = performance.now();
  const statuses = await race(stack.ports.GATEWAY_PORT, clients, textOf);
  const ms = Math.round(performance.now() - began);
  const { quantity, seq } = (await api.patiently<Item>({ path: `/items/${id}` })).body;
  const { events } = (await api.patiently<EventPage>({ path: `/events?itemId=${id}&types=stock.issued&limit=1000` }))
    .body;
  const [sold, refused] = [statuses.get(201) ?? 0, statuses.get(409) ?? 0];
  const good =
    sold === PIECES && refused === clients - PIECES && quantity === 0 && events.length === PIECES && seq === PIECES + 1;
  say(
    `${good ? 'good ' : 'WRONG'}  ${clients} clients, ${PIECES} pieces: ${sold} sold, ${refused} refused, ${quantity} left, ` +
      `${events.length} events, ${ms} ms${keyed ? ', with keys' : ''}${bySku ? ', by sku' : ''}${good ? '' : `; statuses ${JSON.stringify([...statuses])}`}`,
  );
  return good;
}

async function main(): Promise<void> {
  endOnSignals();
  const stack = await Stack.start({ say });
  try {
    const api = new Api(stack.gatewayUrl, stack.admin);
    await api.login();
    let good = true;
    for (let number = 0; number < Number(values.rounds); number++)
      good = (await round(stack, api, number, Number(values.clients))) && good;
    say(good ? `PROVED: exactly ${PIECES} sold, every time` : 'NOT PROVED');
    if (!good) process.exitCode = 1;
  } finally {
    await stack.stop();
  }
}

main().catch((error: unknown) => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
});
