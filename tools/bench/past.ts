import { CLOCKS, type BatchResult, type Clock, type Item, type PastStock } from '@app/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from '../demo/api';
import { percentile } from './percentile';
import type { Figures, RowResult } from './rows';

const EVENTS = 100_000;
const BATCH = 1_000;
const WARM_UP = 20;
/** Days before now over which the late entries happened. */
const LATE_DAYS = 30;
const DAY_MS = 86_400_000;
/** After which the summing up must have come to its end. */
const SUMMED_UP_WITHIN_MS = 60_000;
const SUMMED_UP_MS = 100;

/** One item with a long history, a third of it entered late, and what its stock was at random times: by one client. */
export async function measurePast(api: Api, seconds: number, say: (line: string) => void): Promise<RowResult[]> {
  say(`loading ${EVENTS} events of one item`);
  const { id } = (await api.patiently<Item>({ method: 'POST', path: '/items', body: { name: 'past' }, key: 'past' }))
    .body;
  const begun = Date.now();
  await load(api, id);
  const ended = Date.now();
  const first = await timed(api, id, 'effective', ended - (LATE_DAYS / 2) * DAY_MS);
  for (const until = Date.now() + SUMMED_UP_WITHIN_MS; Date.now() < until; await sleep(500))
    if ((await timed(api, id, 'effective', ended)) < SUMMED_UP_MS) break;
  const label = `as-of ${EVENTS.toLocaleString('en-US')} events`;
  const results: RowResult[] = [
    {
      id: 'as-of-first',
      label: `${label}, first question`,
      figures: [figuresOf([first])],
      unit: ' ms',
      ratio: first,
      must: {},
    },
  ];
  for (const clock of CLOCKS) {
    const span = clock === 'recorded' ? ended - begun : LATE_DAYS * DAY_MS;
    const times: number[] = [];
    for (let at = 0; at < WARM_UP; at++) await timed(api, id, clock, ended - Math.random() * span);
    for (const until = Date.now() + seconds * 1_000; Date.now() < until;)
      times.push(await timed(api, id, clock, ended - Math.random() * span));
    const figures = figuresOf(times);
    const row = { figures: [figures], unit: ' ms', ratio: figures.p99, must: { atMost: 20 } };
    results.push({ id: `as-of-${clock}`, label: `${label}, ${clock}: p99`, ...row });
  }
  return results;
}

/** The rows of a batch are decided in order; receipts and issues in turns, so that nothing is ever refused. */
async function load(api: Api, itemId: string): Promise<void> {
  for (let from = 0; from < EVENTS; from += BATCH) {
    const rows = Array.from({ length: BATCH }, (_, at) => {
      const late = at % 3 === 0 && {
        effectiveAt: new Date(Date.now() - Math.random() * LATE_DAYS * DAY_MS).toISOString(),
      };
      return { itemId, type: at % 2 === 0 ? 'receive' : 'issue', quantity: 1, ...late };
    });
    const call = { method: 'POST', path: '/movements/batch', body: { rows }, key: `past-${from}` } as const;
    const { results } = (await api.patiently<BatchResult>(call)).body;
    const refused = results.find(({ status }) => status === 'rejected');
    if (refused) throw new Error(`a row of the history was refused: ${JSON.stringify(refused.problem)}`);
  }
}

/** Milliseconds until the answer, with whatever it takes to get one. */
async function timed(api: Api, itemId: string, clock: Clock, time: number): Promise<number> {
  const begun = performance.now();
  const path = `/items/${itemId}/stock?clock=${clock}&asOf=${new Date(time).toISOString()}`;
  const { body } = await api.patiently<PastStock>({ path });
  if (body.itemId !== itemId) throw new Error(`an answer about something else: ${JSON.stringify(body)}`);
  return performance.now() - begun;
}

function figuresOf(times: readonly number[]): Figures {
  const sorted = Float64Array.from(times).sort();
  const perSecond = 1_000 / (times.reduce((sum, ms) => sum + ms, 0) / times.length);
  const none = { cpuUs: Number.NaN, foreign: Number.NaN };
  return { system: 'stockwire', perSecond, p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), ...none };
}
