import { DomainError, invalid, pageOf } from '@app/common';
import {
  LIMITS,
  type CreatedWebhook,
  type CreateWebhook,
  type Cursor,
  type DeliveryPage,
  type ListDeliveries,
  type ListWebhooks,
  type RotatedSecret,
  type TestResult,
  type UpdateWebhook,
  type Webhook,
  type WebhookPage,
} from '@app/contracts';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Gate } from '../feed/gate';
import { deliveryOf } from './attempt';
import { DeliveryLog } from './delivery-log.service';
import { EventSource } from './event-source.service';
import { testMessage } from './message';
import { Runners } from './runners.service';
import { Sender } from './sender.service';
import { newSecret } from './signature';
import { TargetCheck } from './target-check.service';
import { created, HEALTHY, secretsOf, shown, type StoredWebhook } from './webhook';
import { WebhookMetrics } from './webhook-metrics.service';
import { WebhooksRepository } from './webhooks.repository';

/** After a rotation both secrets sign for so long. */
const OVERLAP_MS = 24 * 3_600_000;
/** Tests under way at the same time, and how many may wait: each takes as long as an endpoint may, and who waits is answered in time. */
const TESTING = { places: 8, queue: 16 };

/** A process that stops waits so long for the answer to a test; after that for the deliveries that are under way. */
const GRACE_MS = 1_000;

/** What managers do with webhooks. */
@Injectable()
export class Webhooks implements OnModuleDestroy {
  private readonly testing = new Gate(TESTING.places, TESTING.queue);
  private readonly cut = new AbortController();

  constructor(
    private readonly webhooks: WebhooksRepository,
    private readonly runners: Runners,
    private readonly entries: DeliveryLog,
    private readonly source: EventSource,
    private readonly sender: Sender,
    private readonly targets: TargetCheck,
    private readonly metrics: WebhookMetrics,
  ) {}

  /** Who waits for a test that goes on to the end of its time keeps the process, and is killed with it. */
  onModuleDestroy(): void {
    setTimeout(() => this.cut.abort(), GRACE_MS).unref();
  }

  async create(id: string, { url, types = null, itemIds = null, after }: CreateWebhook): Promise<CreatedWebhook> {
    await this.targets.insistOn(url);
    const place = after === undefined ? await this.source.now() : await this.placeOf(after);
    const now = new Date();
    const made = await this.webhooks.add({
      id,
      url,
      types,
      itemIds,
      disabled: false,
      secret: newSecret(),
      oldSecrets: [],
      rotation: null,
      createdAt: now,
      updatedAt: now,
      version: 0,
      course: 0,
      progress: { ...place, ...HEALTHY, reset: null, lastDeliveredAt: null },
    });
    // Counted afterwards: of several that come at once none can pass unseen.
    if ((await this.webhooks.count()) > LIMITS.webhooks) {
      await this.webhooks.remove(id);
      throw new DomainError('too-many-webhooks', `There may be ${LIMITS.webhooks} webhooks.`);
    }
    this.runners.changed(made);
    return created(made, Math.max(this.source.head, place.position));
  }

  async list({ limit = LIMITS.pageSizeDefault, cursor = '' }: ListWebhooks): Promise<WebhookPage> {
    const found = await this.webhooks.page(limit, cursor);
    return pageOf(
      found.map((webhook) => this.show(webhook)),
      limit,
    );
  }

  async get(id: string): Promise<Webhook> {
    return this.show(existing(await this.webhooks.find(id)));
  }

  async update(id: string, { disabled, ...settings }: UpdateWebhook): Promise<Webhook> {
    if (settings.url !== undefined) await this.targets.insistOn(settings.url);
    if (disabled === false) await this.webhooks.restart(id, true);
    return this.changed(await this.webhooks.update(id, { ...settings, ...(disabled === true && { disabled }) }));
  }

  async delete(id: string): Promise<null> {
    if (!(await this.webhooks.remove(id))) throw missing();
    await this.runners.removed(id);
    await this.entries.forget(id);
    return null;
  }

  async deliveries({
    id,
    limit = LIMITS.pageSizeDefault,
    cursor,
  }: ListDeliveries & { id: string }): Promise<DeliveryPage> {
    existing(await this.webhooks.find(id));
    return pageOf(await this.entries.page(id, limit, cursor), limit);
  }

  /** Sends a message of its own, now, whatever else is under way; nothing else changes by it. */
  async test(id: string): Promise<TestResult> {
    const webhook = existing(await this.webhooks.find(id));
    const message = testMessage(id, webhook.progress.epoch, randomUUID(), new Date());
    const secrets = secretsOf(webhook, Date.now());
    const { url } = webhook;
    const { signal } = this.cut;
    const outcome = await this.testing.run(() => this.sender.send({ url, secrets, message, signal }));
    this.metrics.attempted(outcome);
    return this.entries.add(id, deliveryOf(message, 1, outcome, new Date()));
  }

  async replay(id: string, after: number): Promise<Webhook> {
    existing(await this.webhooks.find(id));
    return this.changed(await this.webhooks.replay(id, await this.placeOf(after)));
  }

  async resume(id: string): Promise<Webhook> {
    return this.changed(await this.webhooks.restart(id));
  }

  async rotate(id: string, rotation: string): Promise<RotatedSecret> {
    const until = new Date(Date.now() + OVERLAP_MS);
    const rotated = existing(await this.webhooks.rotate(id, { rotation, secret: newSecret(), until }));
    this.runners.changed(rotated);
    const expiry = rotated.oldSecrets[0]?.until ?? until;
    return { secret: rotated.secret, previousSecretExpiresAt: expiry.toISOString() };
  }

  private changed(webhook: StoredWebhook | undefined): Webhook {
    const found = existing(webhook);
    this.runners.changed(found);
    return this.show(found);
  }

  private show(webhook: StoredWebhook): Webhook {
    return shown(webhook, this.source.head);
  }

  private async placeOf(after: number): Promise<Cursor> {
    const place = await this.source.place(after);
    if (!place) throw invalid('after', 'must not lie beyond the newest position of the ledger');
    return place;
  }
}

function existing(webhook: StoredWebhook | undefined): StoredWebhook {
  if (!webhook) throw missing();
  return webhook;
}

function missing(): DomainError {
  return new DomainError('not-found', 'There is no such webhook.');
}
