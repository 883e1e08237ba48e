import { gauge, OpsServer } from '@app/common';
import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram } from 'prom-client';

/** What the operator sees of the sockets. */
@Injectable()
export class MetricsService {
  /** From the time that stands in an event, which is just before its commit, to when it is given to the sockets. */
  readonly push: Histogram<'follower'>;
  readonly sent: Counter;
  readonly alerts: Counter<'kind'>;
  readonly resets: Counter<'room'>;
  readonly lagged: Counter;
  readonly catchUps: Counter;
  readonly ended: Counter<'reason'>;
  readonly refused: Counter<'code'>;

  constructor(private readonly ops: OpsServer) {
    const registers = [ops.registry];
    this.push = new Histogram({
      name: 'sockets_push_seconds',
      help: 'From the time that stands in an event to when it is given to the sockets: the oldest of those given together.',
      labelNames: ['follower'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
      registers,
    });
    this.alerts = new Counter({
      name: 'sockets_alerts_sent_total',
      help: 'Alerts given to sockets.',
      labelNames: ['kind'],
      registers,
    });
    this.resets = new Counter({
      name: 'sockets_resets_total',
      help: 'Subscriptions that could not go on where they were, by the kind of their room.',
      labelNames: ['room'],
      registers,
    });
    this.sent = new Counter({ name: 'sockets_events_sent_total', help: 'Events given to sockets.', registers });
    this.lagged = new Counter({
      name: 'sockets_lagged_total',
      help: 'Subscriptions ended because the client read too slowly.',
      registers,
    });
    this.catchUps = new Counter({
      name: 'sockets_catch_ups_total',
      help: 'Subscriptions that had to be brought to the present.',
      registers,
    });
    this.ended = new Counter({
      name: 'sockets_ended_total',
      help: 'Sockets that this side ended.',
      labelNames: ['reason'],
      registers,
    });
    this.refused = new Counter({
      name: 'sockets_refused_total',
      help: 'Connections that were refused.',
      labelNames: ['code'],
      registers,
    });
  }

  /** A figure that is asked for when it is collected. */
  gauge(name: string, help: string, value: () => number): void {
    gauge(this.ops.registry, name, help, value);
  }

  /** The same by label; as many as the values have keys. */
  gauges(name: string, help: string, label: string, values: () => ReadonlyMap<string, number>): void {
    const made: Gauge = new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.ops.registry],
      collect: () => values().forEach((value, key) => made.set({ [label]: key }, value)),
    });
  }
}
