import type { Logger } from '@app/common';
import type { LedgerEvent } from '@app/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import { Alarm } from './alarm';
import { afterFailure, afterSuccess, type Outcome, type RetryPolicy } from './backoff';
import { eventMessage, resetMessage, type Message } from './message';
import type { Lost, Stretch } from './event-source.service';
import type { Delivering } from './sender.service';
import { isRunning, matches, secretsOf, type Progress, type StoredWebhook } from './webhook';

/** What a runner needs of its surroundings. */
export interface RunnerParts {
  source: {
    advanced(): Promise<void>;
    after(place: Progress, settings: StoredWebhook): Promise<Stretch | Lost>;
  };
  send: (delivering: Delivering) => Promise<Outcome>;
  save: (change: { id: string; course: number; progress: Progress }) => Promise<boolean>;
  /** After each attempt. */
  onAttempt: (message: Message, attempt: number, outcome: Outcome) => void;
  /** It was given up: nothing is delivered until somebody resumes it. */
  onStopped: (webhook: StoredWebhook, progress: Progress) => void;
  /** What this runner knew of its webhook is not true any more: it waits until it is told. */
  onOutdated: () => void;
  policy: RetryPolicy;
  log: Logger;
}

/** Where nothing was delivered, the place is kept this often: after a restart only so much is looked through again. */
const KEEP_PLACE_MS = 1_000;
const TROUBLE_MS = 500;
/** What is under way when the process stops may take so long; then it is cut off, and repeated by who comes next. */
const GRACE_MS = 2_000;

/**
 * Delivers for one webhook: one event at a time, in order of position, and the place is kept before the next one leaves. So
 * whoever goes on after a kill repeats at most the one delivery that was under way, under the same id.
 */
export class WebhookRunner {
  private progress: Progress;
  /** Matching events that were read but not delivered, and how far was looked. */
  private pending: LedgerEvent[] = [];
  private looked: number;
  private savedAt = 0;
  private leaseEnd = 0;
  private ending = false;
  private readonly cut = new AbortController();
  private readonly alarm = new Alarm();
  private running: Promise<void> | undefined;

  constructor(
    private webhook: StoredWebhook,
    private readonly parts: RunnerParts,
  ) {
    this.progress = webhook.progress;
    this.looked = this.progress.position;
  }

  get id(): string {
    return this.webhook.id;
  }

  get position(): number {
    return this.progress.position;
  }

  /** Delivers until `leaseEnd`, unless it is told a later one before. */
  start(leaseEnd: number): void {
    this.leaseEnd = leaseEnd;
    this.running ??= this.loop();
  }

  /** What people want of it now, and how long it may go on. An older wish than the one that is known is passed over. */
  adopt(webhook: StoredWebhook, leaseEnd = this.leaseEnd): void {
    const late = Date.now() >= this.leaseEnd;
    this.leaseEnd = leaseEnd;
    const { version, course, progress } = this.webhook;
    const changed = webhook.version > version;
    // Further than this runner has ever been: somebody else had it for a while.
    const overtaken = webhook.version === version && webhook.progress.position > this.progress.position;
    if (webhook.course > course || (overtaken && webhook.progress.epoch === progress.epoch)) {
      this.progress = webhook.progress;
      this.webhook = webhook;
    } else if (changed) this.webhook = { ...webhook, progress };
    if (changed || overtaken) this.forget();
    if (changed || overtaken || late) this.alarm.ring();
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.ending = true;
    this.alarm.ring();
    const timer = setTimeout(() => this.cut.abort(), GRACE_MS);
    await this.running;
    clearTimeout(timer);
  }

  private async loop(): Promise<void> {
    while (!this.ending) {
      try {
        await this.step();
      } catch (error) {
        this.parts.log.debug({ err: error, webhook: this.id }, 'a webhook has to wait');
        await this.alarm.rest(TROUBLE_MS);
      }
    }
    if (this.progress.position > this.webhook.progress.position) await this.keep(this.progress).catch(() => false);
  }

  private async step(): Promise<void> {
    const wait = (this.progress.nextAttemptAt?.getTime() ?? 0) - Date.now();
    if (wait > 0) return this.alarm.rest(wait);
    if (Date.now() >= this.leaseEnd || !isRunning(this.webhook)) return this.alarm.rest();
    // Asked for before it is looked: what comes in between would otherwise wake nobody.
    const advanced = this.parts.source.advanced();
    const message = await this.next();
    if (typeof message !== 'string') return this.deliver(message);
    const unsaved = this.progress.position > this.webhook.progress.position;
    if (unsaved && Date.now() - this.savedAt >= KEEP_PLACE_MS) await this.keep(this.progress);
    else if (message === 'quiet') await this.alarm.rest(unsaved ? KEEP_PLACE_MS : undefined, advanced);
  }

  private async next(): Promise<Message | 'again' | 'quiet'> {
    const { epoch, position, reset } = this.progress;
    if (reset)
      return resetMessage(this.id, { epoch: reset.epoch, position: reset.position }, { epoch, position }, reset.at);
    const [waiting] = this.pending;
    if (waiting) return eventMessage(this.id, waiting);
    const { course, version } = this.webhook;
    const from = Math.max(this.looked, position);
    const found = await this.parts.source.after({ ...this.progress, position: from }, this.webhook);
    if (course !== this.webhook.course || version !== this.webhook.version) return 'again';
    if ('now' in found) {
      await this.keep({ ...this.progress, ...found.now, reset: { epoch, position, at: new Date() } });
      this.forget();
      return 'again';
    }
    this.looked = Math.max(from, found.position);
    this.pending = found.events.filter((event) => matches(this.webhook, event));
    const [first] = this.pending;
    if (first) return eventMessage(this.id, first);
    this.progress = { ...this.progress, position: this.looked };
    return found.more ? 'again' : 'quiet';
  }

  private async deliver(message: Message): Promise<void> {
    const { webhook, progress } = this;
    const secrets = secretsOf(webhook, Date.now());
    const outcome = await this.parts.send({ url: webhook.url, secrets, message, signal: this.cut.signal });
    if (this.cut.signal.aborted) return;
    this.parts.onAttempt(message, progress.failures + 1, outcome);
    // Set elsewhere meanwhile: what came of this attempt is of no interest there.
    if (webhook.course !== this.webhook.course) return;
    const now = Date.now();
    if (outcome.ok) return this.proceed(message, now);
    const after = afterFailure(progress, outcome, this.parts.policy, { now, chance: Math.random() });
    if ((await this.keep(after)) && after.stopped) this.parts.onStopped(this.webhook, after);
  }

  private async proceed({ position }: Message, now: number): Promise<void> {
    const delivered = this.pending[0]?.position === position ? this.pending.shift() : undefined;
    // What was looked at after the last that matched is behind us too.
    const reached = delivered && this.pending.length === 0 ? this.looked : position;
    await this.keep(afterSuccess(this.progress, reached ?? this.position, now));
  }

  /** Insists, since nothing may leave before; false when the webhook is not ours to keep, or the process stops. */
  private async keep(progress: Progress): Promise<boolean> {
    const { id, course } = this.webhook;
    for (let failures = 0; ; failures++) {
      try {
        if (!(await this.parts.save({ id, course, progress }))) return this.outdated(course);
        if (course !== this.webhook.course) return false;
        this.progress = progress;
        this.webhook = { ...this.webhook, progress };
        this.savedAt = Date.now();
        return true;
      } catch (error) {
        // Once for each time that the database is away, and no more while it is.
        if (failures === 0) this.parts.log.warn({ err: error, webhook: id }, 'the place of a webhook waits to be kept');
        if (this.ending) return false;
        await pause(TROUBLE_MS);
      }
    }
  }

  private outdated(course: number): false {
    // Unless it was told meanwhile by whoever changed it.
    if (course === this.webhook.course) {
      this.leaseEnd = 0;
      this.parts.onOutdated();
    }
    return false;
  }

  private forget(): void {
    this.pending = [];
    this.looked = this.progress.position;
  }
}
