import type { ClientToServerEvents, ServerToClientEvents } from '@app/contracts';
import { io, type Socket } from 'socket.io-client';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from './percentile';
import { requestText, Wire } from './wire';

export interface PushJob {
  gatewayPort: number;
  notificationUrl: string;
  token: string;
  /** One subscriber for each. */
  ids: string[];
  /** Each its own item, or all of them everything. */
  room: 'item' | 'items';
  perSecond: number;
  warmUpMs: number;
  measureMs: number;
}

export interface Pushed {
  /** Milliseconds from the 2xx to the callback; negative when the callback came first. */
  p50: number;
  p99: number;
  /** Adjusts per second that were really sent. */
  perSecond: number;
  /** Callbacks in the measured time. */
  callbacks: number;
  entries: number;
  pieces: number;
  errors: Record<string, number>;
}

type Client = Socket<ServerToClientEvents, ClientToServerEvents>;

const WIRES = 24;
/** Subscriptions under way; more than these wait for a snapshot for too long on a busy machine, and are refused. */
const ENTERING = 200;

/** Sender and subscribers in one process, so that one clock times both. */
class PushRun {
  private readonly answeredAt = new Map<number, number>();
  private readonly arrivals = new Map<number, number[]>();
  private readonly errors: Record<string, number> = {};
  private readonly sockets: Client[] = [];
  private wires: Wire[] = [];
  private sent = 0;
  private measuredFrom = Infinity;

  constructor(private readonly job: PushJob) {}

  async run(): Promise<Pushed> {
    const { job } = this;
    for (let begun = 0; begun < job.ids.length; begun += ENTERING) {
      const some = job.ids.slice(begun, begun + ENTERING);
      const rooms = some.map((id) => (job.room === 'items' ? 'items' : `item:${id}`));
      this.sockets.push(...(await Promise.all(rooms.map((room) => this.subscribe(room)))));
    }
    this.wires = await Promise.all(
      Array.from({ length: WIRES }, () => Wire.open(job.gatewayPort, (error) => this.fail(error.message))),
    );
    await this.send(job.warmUpMs);
    this.measuredFrom = this.sent;
    const began = performance.now();
    await this.send(job.measureMs);
    const perSecond = (this.sent - this.measuredFrom) / ((performance.now() - began) / 1_000);
    await sleep(1_000);
    this.wires.forEach((wire) => wire.close());
    this.sockets.forEach((socket) => socket.disconnect());
    return this.result(perSecond);
  }

  private async subscribe(room: string): Promise<Client> {
    const { notificationUrl, token } = this.job;
    const socket: Client = io(notificationUrl, { transports: ['websocket'], auth: { token }, forceNew: true });
    socket.on('disconnect', (reason) => {
      if (reason !== 'io client disconnect') this.fail(`disconnected: ${reason}`);
    });
    socket.on('event', ({ position }) => {
      const times = this.arrivals.get(position);
      if (times) times.push(performance.now());
      else this.arrivals.set(position, [performance.now()]);
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect_error', reject);
      socket.once('connect', () =>
        socket.emit('subscribe', { room }, (reply) =>
          reply.ok ? resolve() : reject(new Error(`${room}: ${reply.error.detail}`)),
        ),
      );
    });
    return socket;
  }

  /** At a steady rate, on as many connections as are free. */
  private async send(ms: number): Promise<void> {
    const began = performance.now();
    let sent = 0;
    for (let passed = 0; passed < ms; passed = performance.now() - began) {
      for (; sent < (passed / 1_000) * this.job.perSecond; sent++) {
        const wire = this.wires.shift();
        if (!wire) break;
        this.adjust(wire);
      }
      await sleep(1);
    }
  }

  private adjust(wire: Wire): void {
    const { ids, token } = this.job;
    const number = this.sent++;
    const path = `/api/v1/items/${ids[number % ids.length]}/movements`;
    const headers = `authorization: Bearer ${token}\r\nidempotency-key: push-${process.pid}-${number}\r\n`;
    const measured = number >= this.measuredFrom;
    wire.send(requestText('POST', path, headers, '{"type":"adjust","quantity":1,"reason":"bench"}'), (status, body) => {
      const at = performance.now();
      this.wires.push(wire);
      if (status !== 201) return this.fail(`${status}: ${body.toString('utf8', 0, 200)}`);
      const { position } = JSON.parse(body.toString()) as { position: number };
      this.answeredAt.set(position, measured ? at : Number.NaN);
    });
  }

  private result(perSecond: number): Pushed {
    const { ids, room } = this.job;
    const delays: number[] = [];
    let callbacks = 0;
    for (const [position, at] of this.answeredAt) {
      const times = this.arrivals.get(position) ?? [];
      if (times.length !== (room === 'items' ? ids.length : 1)) this.fail('an event that did not arrive exactly once');
      if (Number.isNaN(at)) continue;
      callbacks += times.length;
      for (const time of times) delays.push(time - at);
    }
    const sorted = Float64Array.from(delays).sort();
    const entries = this.answeredAt.size;
    if (entries !== this.sent) this.fail('an adjust without a good answer');
    const [p50, p99] = [percentile(sorted, 0.5), percentile(sorted, 0.99)];
    return { p50, p99, perSecond, callbacks, entries, pieces: entries, errors: this.errors };
  }

  private fail(what: string): void {
    this.errors[what] = (this.errors[what] ?? 0) + 1;
  }
}

process.on('message', (job: PushJob) => {
  new PushRun(job).run().then(
    (result) => process.send?.({ type: 'done', result }),
    (error: Error) => {
      process.stderr.write(`${error.stack}\n`);
      process.exit(1);
    },
  );
});
