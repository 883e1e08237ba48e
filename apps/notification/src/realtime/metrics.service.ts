import { OpsServer } from '@app/common';
import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';

/** What the operator sees of the sockets. */
@Injectable()
export class MetricsService {
  readonly sent: Counter;
  readonly lagged: Counter;
  readonly catchUps: Counter;
  readonly ended: Counter<'reason'>;
  readonly refused: Counter<'code'>;

  constructor(private readonly ops: OpsServer) {
    const registers = [ops.registry];
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
    const gauge: Gauge = new Gauge({ name, help, registers: [this.ops.registry], collect: () => gauge.set(value()) });
  }
}
