import type { ImportJob } from '@app/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuBetween, markCpu, residentMb, type CpuUse } from './cpu';
import type { RowResult } from './rows';
import { ITEMS, type Stockwire } from './sides';
import type { Stack } from './stack';
import { article } from './article';

const HEADER = 'sku,type,quantity,reason,note\n';
/** First one that nobody looks at: a process that was just started runs code that is not compiled yet, in a heap that still grows. */
const WARM_UP_LINES = 20_000;
const LINES = 60_000;
/** As much as a file may have, with a note that makes it so with fewer lines than would take minutes. */
const LARGE = { bytes: 50 * 1_048_576, note: 'n'.repeat(960) };
const LOOK_MS = 100;
const NONE = { p50: Number.NaN, p99: Number.NaN };

interface Imported {
  lines: number;
  perSecond: number;
  /** MB that the gateway took at most while the file arrived and was booked. */
  peakMb: number;
  cpu: CpuUse;
  fault: string | undefined;
}

/** Files of movements by `POST /imports/movements`: how many lines a second are booked, and what the gateway takes for it. */
export async function measureImports(stack: Stack, stockwire: Stockwire): Promise<RowResult[]> {
  const runs = new ImportRuns(stack, stockwire);
  const warmUp = await runs.run(WARM_UP_LINES, '');
  const small = await runs.run(LINES, '');
  const before = runs.residentMb();
  const large = await runs.run(Math.floor((LARGE.bytes - HEADER.length) / line(0, LARGE.note).length), LARGE.note);
  const sums = await stockwire.check();
  const faults = [warmUp, small, large].flatMap(({ fault }) => fault ?? []).concat(sums ?? []);
  const common = { ...(faults.length > 0 && { refused: faults.join('; ') }) };
  const figures = ({ perSecond, lines, cpu: { servers, foreign } }: Imported) => [
    { ...NONE, system: stockwire.name, perSecond, cpuUs: servers / lines, foreign },
  ];
  return [
    {
      ...common,
      id: 'import',
      label: `import of ${LINES.toLocaleString('en-US')} movements, lines a second`,
      figures: figures(small),
      ratio: small.perSecond,
      unit: '/s',
      must: { atLeast: 5_000 },
    },
    {
      ...common,
      id: 'import-memory',
      label: `gateway's growth over a file of 50 MiB (${large.lines.toLocaleString('en-US')} lines)`,
      figures: figures(large),
      ratio: Math.max(0, large.peakMb - before),
      unit: ' MB',
      must: { atMost: 64 },
    },
  ];
}

class ImportRuns {
  constructor(
    private readonly stack: Stack,
    private readonly stockwire: Stockwire,
  ) {}

  residentMb(): number {
    return residentMb(this.stack.pid('gateway') ?? 0);
  }

  /** From the first byte sent to the last line booked. */
  async run(lines: number, note: string): Promise<Imported> {
    const { api } = this.stockwire;
    const [servers, tools] = [this.stockwire.pids(), [process.pid]];
    const from = markCpu([...servers, ...tools]);
    let peakMb = this.residentMb();
    const sampling = setInterval(() => (peakMb = Math.max(peakMb, this.residentMb())), LOOK_MS);
    try {
      const began = performance.now();
      let job = await this.send(lines, note);
      while (job.finishedAt === null) {
        await sleep(LOOK_MS);
        job = (await api.patiently<ImportJob>({ path: `/imports/${job.id}` })).body;
      }
      const perSecond = lines / ((performance.now() - began) / 1_000);
      this.stockwire.book({ entries: job.applied, pieces: job.applied });
      const whole = job.status === 'done' && job.applied === lines;
      const cpu = cpuBetween(from, markCpu([...servers, ...tools]), servers, tools);
      const fault = whole ? undefined : `${job.status}, ${job.applied} of ${lines} lines`;
      return { lines, perSecond, peakMb, cpu, fault };
    } finally {
      clearInterval(sampling);
    }
  }

  private async send(lines: number, note: string): Promise<ImportJob> {
    const response = await fetch(`${this.stack.gatewayUrl}/api/v1/imports/movements`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.stockwire.api.accessToken}`, 'content-type': 'text/csv' },
      body: ReadableStream.from(file(lines, note)),
      duplex: 'half',
    });
    if (response.status !== 202)
      throw new Error(`the import was answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as ImportJob;
  }
}

function line(number: number, note: string): string {
  // Prime to the number of items: the lines of a batch are of different ones.
  return `${article((number * 7_919) % ITEMS).sku},receive,1,bench,${note}\n`;
}

function* file(lines: number, note: string): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode(HEADER);
  let chunk = '';
  for (let number = 0; number < lines; number++) {
    chunk += line(number, note);
    if (chunk.length < 64 * 1024) continue;
    yield encoder.encode(chunk);
    chunk = '';
  }
  yield encoder.encode(chunk);
}
