import { gauge } from '@app/common';
import { Counter, Histogram, type Registry } from 'prom-client';

/** What an operator wants to know of the writer. */
export class WriterMetrics {
  private readonly commands: Histogram;
  private readonly seconds: Histogram;
  private readonly events: Counter;
  private readonly retries: Counter;

  constructor(private readonly registry: Registry) {
    const registers = [registry];
    this.commands = new Histogram({
      name: 'stockwire_group_commands',
      help: 'Commands decided in one group.',
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
      registers,
    });
    this.seconds = new Histogram({
      name: 'stockwire_group_seconds',
      help: 'Time from taking a group to its answers.',
      buckets: [0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.25, 1, 4],
      registers,
    });
    this.events = new Counter({ name: 'stockwire_events_total', help: 'Events written to the ledger.', registers });
    this.retries = new Counter({
      name: 'stockwire_group_retries_total',
      help: 'Groups that had to be decided again.',
      registers,
    });
  }

  group(group: { commands: number; events: number; seconds: number; attempts: number }): void {
    this.commands.observe(group.commands);
    this.seconds.observe(group.seconds);
    this.events.inc(group.events);
    this.retries.inc(group.attempts - 1);
  }

  /** A figure that is looked up when it is asked for. */
  gauge(name: string, help: string, value: () => number): void {
    gauge(this.registry, name, help, value);
  }
}
