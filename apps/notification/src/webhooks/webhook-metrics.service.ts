import { OpsServer } from '@app/common';
import { WEBHOOK_STATUSES } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { Outcome } from './backoff';
import { statusOf, type StoredWebhook } from './webhook';

/** What the operator sees of the webhooks. */
@Injectable()
export class WebhookMetrics {
  private readonly deliveries: Counter<'outcome'>;
  private readonly seconds: Histogram;

  constructor(private readonly ops: OpsServer) {
    const registers = [ops.registry];
    this.deliveries = new Counter({
      name: 'stockwire_webhook_deliveries_total',
      help: 'Attempts to deliver.',
      labelNames: ['outcome'],
      registers,
    });
    this.seconds = new Histogram({
      name: 'stockwire_webhook_delivery_seconds',
      help: 'Time until the endpoint answered, or until it was given up.',
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
      registers,
    });
  }

  attempted({ ok, durationMs }: Outcome): void {
    this.deliveries.inc({ outcome: ok ? 'succeeded' : 'failed' });
    this.seconds.observe(durationMs / 1_000);
  }

  watch({ webhooks, lag }: { webhooks: () => readonly StoredWebhook[]; lag: () => number }): void {
    const registers = [this.ops.registry];
    const states: Gauge<'status'> = new Gauge({
      name: 'stockwire_webhooks',
      help: 'Webhooks by their status; each process tells of all.',
      labelNames: ['status'],
      registers,
      collect: () => {
        const found = webhooks().map(statusOf);
        for (const status of WEBHOOK_STATUSES) states.set({ status }, found.filter((one) => one === status).length);
      },
    });
    const behind: Gauge = new Gauge({
      name: 'stockwire_webhooks_lag',
      help: 'Positions that the slowest webhook of this process is behind.',
      registers,
      collect: () => behind.set(lag()),
    });
  }
}
