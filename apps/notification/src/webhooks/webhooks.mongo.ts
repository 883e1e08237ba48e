import { collection } from '@app/common';
import type { Cursor } from '@app/contracts';
import { reach } from '@app/identity';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { mongo, type Connection } from 'mongoose';
import { HEALTHY, type StoredWebhook, type WebhookSettings } from './webhook';
import { WebhooksRepository, type Rotation } from './webhooks.repository';

export type WebhookDocument = Omit<StoredWebhook, 'id'> & {
  _id: string;
  /** The one process that delivers, and until when it may without saying so again; by the clock of the database. */
  lease: { owner: string; until: Date } | null;
};

export const WEBHOOKS = 'webhooks';
const DUPLICATE = 11_000;
/** Old secrets that are kept beside the new one: more would make the header grow without end. */
const MOST_OLD_SECRETS = 2;
const RESTARTED: mongo.MatchKeysAndValues<WebhookDocument> = {
  disabled: false,
  ...Object.fromEntries(Object.entries(HEALTHY).map(([key, value]) => [`progress.${key}`, value])),
};
const DISABLED = [{ disabled: true }, { 'progress.stopped.why': 'gone' as const }];

@Injectable()
export class WebhooksMongo extends WebhooksRepository {
  constructor(@InjectConnection() private readonly connection: Connection) {
    super();
  }

  add({ id, ...webhook }: StoredWebhook): Promise<StoredWebhook> {
    return reach(async () => {
      try {
        await this.webhooks.insertOne({ _id: id, ...webhook, lease: null });
        return { id, ...webhook };
      } catch (error) {
        if (!(error instanceof mongo.MongoServerError) || error.code !== DUPLICATE) throw error;
        const known = await this.webhooks.findOne({ _id: id });
        if (!known) throw error;
        return storedOf(known);
      }
    });
  }

  count(): Promise<number> {
    return reach(() => this.webhooks.countDocuments({}));
  }

  find(id: string): Promise<StoredWebhook | undefined> {
    return reach(async () => orNothing(await this.webhooks.findOne({ _id: id })));
  }

  page(limit: number, after: string): Promise<StoredWebhook[]> {
    const options = { sort: { _id: 1 }, limit: limit + 1 } as const;
    return reach(async () => (await this.webhooks.find({ _id: { $gt: after } }, options).toArray()).map(storedOf));
  }

  update(id: string, settings: Partial<WebhookSettings>): Promise<StoredWebhook | undefined> {
    return this.change({ _id: id }, { $set: { ...settings, updatedAt: new Date() }, $inc: { version: 1 } });
  }

  restart(id: string, disabledOnly = false): Promise<StoredWebhook | undefined> {
    const filter = { _id: id, ...(disabledOnly && { $or: DISABLED }) };
    return this.change(filter, { $set: RESTARTED, $inc: { version: 1, course: 1 } });
  }

  replay(id: string, { epoch, position }: Cursor): Promise<StoredWebhook | undefined> {
    const place = { 'progress.epoch': epoch, 'progress.position': position, 'progress.reset': null };
    return this.change({ _id: id }, { $set: { ...RESTARTED, ...place }, $inc: { version: 1, course: 1 } });
  }

  async rotate(id: string, { rotation, secret, until }: Rotation): Promise<StoredWebhook | undefined> {
    for (;;) {
      const found = await this.find(id);
      if (!found || found.rotation === rotation) return found;
      const now = Date.now();
      const stillGood = found.oldSecrets.filter((old) => old.until.getTime() > now);
      const oldSecrets = [{ secret: found.secret, until }, ...stillGood].slice(0, MOST_OLD_SECRETS);
      const set = { secret, oldSecrets, rotation, updatedAt: new Date(now) };
      // Only over what was read: another rotation meanwhile would lose its secret without a word.
      const filter = { _id: id, version: found.version };
      const changed = await this.change(filter, { $set: set, $inc: { version: 1 } });
      if (changed) return changed;
    }
  }

  remove(id: string): Promise<boolean> {
    return reach(async () => (await this.webhooks.deleteOne({ _id: id })).deletedCount === 1);
  }

  private change(
    filter: mongo.Filter<WebhookDocument>,
    update: mongo.UpdateFilter<WebhookDocument>,
  ): Promise<StoredWebhook | undefined> {
    return reach(async () =>
      orNothing(await this.webhooks.findOneAndUpdate(filter, update, { returnDocument: 'after' })),
    );
  }

  private get webhooks(): mongo.Collection<WebhookDocument> {
    return collection<WebhookDocument>(this.connection, WEBHOOKS);
  }
}

export function storedOf({ _id, lease: _, ...webhook }: WebhookDocument): StoredWebhook {
  return { id: _id, ...webhook };
}

function orNothing(found: WebhookDocument | null): StoredWebhook | undefined {
  return found ? storedOf(found) : undefined;
}
