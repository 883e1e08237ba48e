import type { Logger } from '@app/common';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectLog } from '../core/log';
import { NotificationConfig } from '../notification.config';
import { Alarm } from './alarm';
import { deliveryOf } from './attempt';
import { DeliveriesRepository } from './deliveries.repository';
import { DeliveryLog } from './delivery-log.service';
import { EventSource } from './event-source.service';
import { LeasesRepository } from './leases.repository';
import { ProgressWriter } from './progress-writer.service';
import { WebhookRunner, type RunnerParts } from './runner';
import { Sender } from './sender.service';
import { isRunning, type StoredWebhook } from './webhook';
import { WebhookMetrics } from './webhook-metrics.service';

/** A webhook whose process was killed waits so long until another one takes it. */
const LEASE_MS = 3_000;
const LOOK_MS = 1_000;

/**
 * Which webhooks this process delivers for. Once a second it says that it still does, takes those that nobody delivers for, and
 * learns what was changed elsewhere. Start: after the database is there. Stop: deliveries under way end, then all is given back.
 */
@Injectable()
export class Runners implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly runners = new Map<string, WebhookRunner>();
  /** What ends here: not begun again before that. */
  private readonly ending = new Map<string, Promise<void>>();
  /** Removed since the last look began: what that look saw of them is not true any more. */
  private readonly gone = new Set<string>();
  private known: StoredWebhook[] = [];
  private readonly alarm = new Alarm();
  private stopping = false;
  private loop: Promise<void> | undefined;

  constructor(
    private readonly leases: LeasesRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly source: EventSource,
    private readonly sender: Sender,
    private readonly progress: ProgressWriter,
    private readonly entries: DeliveryLog,
    private readonly metrics: WebhookMetrics,
    private readonly config: NotificationConfig,
    @InjectLog() private readonly log: Logger,
  ) {
    metrics.watch({ webhooks: () => this.known, lag: () => this.lag });
  }

  onApplicationBootstrap(): void {
    this.loop = this.work();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    this.alarm.ring();
    await this.loop;
    await Promise.all([...this.runners.values()].map((runner) => this.end(runner)));
    await Promise.all(this.ending.values());
    await this.entries.flush();
    await this.leases.release(this.progress.owner).catch((error: unknown) => {
      this.log.warn({ err: error }, 'the webhooks could not be given back; another process takes them in a moment');
    });
  }

  /** Somebody changed one: what runs here follows at once, what runs elsewhere within a second. */
  changed(webhook: StoredWebhook): void {
    this.runners.get(webhook.id)?.adopt(webhook);
    this.alarm.ring();
  }

  /** Nothing more leaves this process for it once this has resolved. */
  async removed(id: string): Promise<void> {
    this.gone.add(id);
    const runner = this.runners.get(id);
    if (runner) await this.end(runner);
  }

  /** The furthest that a webhook of this process is behind. */
  private get lag(): number {
    return Math.max(0, ...[...this.runners.values()].map(({ position }) => this.source.head - position));
  }

  private async work(): Promise<void> {
    let prepared = false;
    let failures = 0;
    while (!this.stopping) {
      try {
        if (!prepared) await this.deliveries.prepare();
        prepared = true;
        await this.tend();
        failures = 0;
      } catch (error) {
        if (failures++ === 0) this.log.warn({ err: error }, 'the webhooks could not be looked at');
      }
      await this.alarm.rest(LOOK_MS);
    }
  }

  private async tend(): Promise<void> {
    this.gone.clear();
    this.known = await this.leases.all();
    const begun = Date.now();
    const held = this.known.some(isRunning) ? await this.leases.hold(this.progress.owner, LEASE_MS) : [];
    if (this.stopping) return;
    for (const webhook of held) this.run(webhook, begun + LEASE_MS);
    const ids = new Set(held.map(({ id }) => id));
    // Not waited for: one that is slow to end must not cost the others their lease.
    for (const runner of this.runners.values()) if (!ids.has(runner.id)) void this.giveUp(runner);
  }

  private run(webhook: StoredWebhook, leaseEnd: number): void {
    const { id } = webhook;
    const known = this.runners.get(id);
    if (known) return known.adopt(webhook, leaseEnd);
    if (this.ending.has(id) || this.gone.has(id)) return;
    const runner = new WebhookRunner(webhook, this.partsOf(id));
    this.runners.set(id, runner);
    runner.start(leaseEnd);
  }

  /** Somebody else has it, or nobody should: then it is free at once for whoever is asked next. */
  private async giveUp(runner: WebhookRunner): Promise<void> {
    await this.end(runner);
    await this.leases.release(this.progress.owner, runner.id).catch(() => undefined);
    this.alarm.ring();
  }

  private end(runner: WebhookRunner): Promise<void> {
    const { id } = runner;
    const known = this.ending.get(id);
    if (known) return known;
    this.runners.delete(id);
    const ended = runner.stop().finally(() => this.ending.delete(id));
    this.ending.set(id, ended);
    return ended;
  }

  private partsOf(id: string): RunnerParts {
    return {
      source: this.source,
      send: (delivering) => this.sender.send(delivering),
      save: (change) => this.progress.save(change),
      onAttempt: (message, attempt, outcome) => {
        this.metrics.attempted(outcome);
        this.entries.add(id, deliveryOf(message, attempt, outcome, new Date()));
      },
      onStopped: ({ url }, { stopped, lastError, failingSince, position }) => {
        // The path may be a secret of the receiver's.
        const facts = { webhook: id, host: new URL(url).host, why: stopped?.why, lastError, failingSince, position };
        this.log.error(facts, 'a webhook was given up: nothing is delivered to it until it is resumed');
        this.alarm.ring();
      },
      onOutdated: () => this.alarm.ring(),
      policy: { baseMs: this.config.webhookRetryBaseMs, giveUpMs: this.config.webhookRetryForSeconds * 1_000 },
      log: this.log,
    };
  }
}
