import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FromLoader, Job, Measured, Work } from './job';
import { percentile } from './percentile';
import { nextOf, requestOf, type Request } from './request';
import { requestText, Wire } from './wire';

const BESIDE_CLIENTS = 16;
const DRAINED_WITHIN_MS = 30_000;

/** One kind of work, done again and again, and what came of it. */
class Sender {
  entries = 0;
  pieces = 0;
  inFlight = 0;
  readonly errors: Record<string, number> = {};
  private count = 0;
  private keys = 0;
  private readonly run = randomBytes(6).toString('hex');

  constructor(private readonly work: Work) {}

  /** Begins the next piece of work; `onDone` gets how long it took when it was good, NaN else. */
  next(wire: Wire, onDone: (ms: number) => void): void {
    const sentAt = performance.now();
    this.inFlight++;
    this.send(wire, requestOf(this.work, this.count++), this.work.status, (good) => {
      this.inFlight--;
      onDone(good ? performance.now() - sentAt : Number.NaN);
    });
  }

  private send(wire: Wire, request: Request, status: number, onDone: (good: boolean) => void): void {
    const { method, path, body, says, never } = request;
    const key = this.work.keyed ? `idempotency-key: bench-${this.run}-${this.keys++}\r\n` : '';
    wire.send(requestText(method, path, this.work.headers + key, body), (got, answer) => {
      const good = got === status && answer.includes(says) && (never === undefined || !answer.includes(never));
      if (got !== status) this.fail(`${got}: ${answer.toString('utf8', 0, 200)}`);
      else if (!good) this.fail('an answer about something else');
      if (!good) return onDone(false);
      this.entries += request.entries;
      this.pieces += request.pieces;
      const following = status === this.work.status ? nextOf(this.work, answer) : undefined;
      if (following) this.send(wire, following, 200, onDone);
      else onDone(true);
    });
  }

  fail(what: string): void {
    this.errors[what] = (this.errors[what] ?? 0) + 1;
  }
}

async function runJob(job: Job, tell: (message: FromLoader) => void): Promise<Measured> {
  const sender = new Sender(job.work);
  const state = { sending: true, measuring: false };
  const latencies: number[] = [];
  const wires = await openAll(job.work.port, job.clients, sender);
  const again = (wire: Wire): void =>
    sender.next(wire, (ms) => {
      if (state.measuring) latencies.push(ms);
      // After an error the client rests: a server that refuses is not to be hammered.
      if (state.sending && !Number.isNaN(ms)) again(wire);
    });
  const beside = job.beside && (await startBeside(job.beside));
  wires.forEach(again);
  await sleep(job.warmUpMs);
  tell({ type: 'measuring' });
  state.measuring = true;
  const began = performance.now();
  await sleep(job.measureMs);
  const ms = performance.now() - began;
  Object.assign(state, { measuring: false, sending: false });
  tell({ type: 'measured' });
  await beside?.stop();
  await drained(sender);
  wires.forEach((wire) => wire.close());
  return summary(
    latencies.filter((latency) => !Number.isNaN(latency)),
    ms,
    [sender, ...(beside ? [beside.sender] : [])],
  );
}

function summary(latencies: number[], ms: number, senders: Sender[]): Measured {
  const sorted = Float64Array.from(latencies).sort();
  return {
    answered: sorted.length,
    ms,
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    entries: senders.reduce((sum, { entries }) => sum + entries, 0),
    pieces: senders.reduce((sum, { pieces }) => sum + pieces, 0),
    errors: Object.assign({}, ...senders.map(({ errors }) => errors)) as Record<string, number>,
  };
}

function openAll(port: number, clients: number, sender: Sender): Promise<Wire[]> {
  return Promise.all(Array.from({ length: clients }, () => Wire.open(port, (error) => sender.fail(error.message))));
}

/** Requests at a steady rate, on as many connections as are free. */
async function startBeside(options: NonNullable<Job['beside']>): Promise<{ sender: Sender; stop(): Promise<void> }> {
  const sender = new Sender(options.work);
  const wires = await openAll(options.work.port, BESIDE_CLIENTS, sender);
  const free = [...wires];
  const began = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - began) / 1_000) * options.perSecond;
    while (sent < due) {
      const wire = free.shift();
      if (!wire) break;
      sent++;
      sender.next(wire, () => free.push(wire));
    }
  }, 5);
  const stop = async (): Promise<void> => {
    clearInterval(timer);
    await drained(sender);
    wires.forEach((wire) => wire.close());
  };
  return { sender, stop };
}

async function drained(sender: Sender): Promise<void> {
  const until = Date.now() + DRAINED_WITHIN_MS;
  while (sender.inFlight > 0 && Object.keys(sender.errors).length === 0 && Date.now() < until) await sleep(5);
  if (sender.inFlight > 0) sender.fail(`${sender.inFlight} requests without an answer`);
}

process.on('message', (job: Job) => {
  const tell = (message: FromLoader): void => void process.send?.(message);
  runJob(job, tell).then(
    (result) => tell({ type: 'done', result }),
    (error: Error) => {
      process.stderr.write(`${error.stack}\n`);
      process.exit(1);
    },
  );
});
