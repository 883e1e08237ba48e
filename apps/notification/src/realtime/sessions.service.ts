import { Authenticator } from '@app/identity';
import { Injectable, type BeforeApplicationShutdown, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { FeedService, type FeedListener } from '../feed/feed.service';
import { NotificationConfig } from '../notification.config';
import { OUTBOX, SWEEP_MS } from './bounds';
import { Audiences } from './audiences';
import { MetricsService } from './metrics.service';
import { Backlog } from './outbox';
import { Session, type SessionListener } from './session';
import type { PushSocket } from './sockets';

const STEP_MS = 50;

/** All connected sockets; ends those whose credential does not hold any more, and those that do not read. */
@Injectable()
export class SessionsService implements OnModuleInit, OnModuleDestroy, BeforeApplicationShutdown, FeedListener {
  /** Who gets which room live. */
  readonly audiences = new Audiences();
  private readonly sessions = new Map<string, Session>();
  private readonly backlog = new Backlog();
  private readonly overfull = new Set<Session>();
  private readonly listeners: SessionListener[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly feed: FeedService,
    private readonly authenticator: Authenticator,
    private readonly metrics: MetricsService,
    private readonly config: NotificationConfig,
  ) {}

  onModuleInit(): void {
    this.feed.listen(this);
    this.timer = setInterval(() => this.sweep(Date.now()), SWEEP_MS);
    this.metrics.gauge('sockets_open', 'Connected sockets.', () => this.sessions.size);
    this.metrics.gauge('sockets_backlog_bytes', 'Bytes that clients have not read yet.', () => this.backlog.bytes);
    this.metrics.gauge('sockets_feed_position', 'Position up to which events were sent.', () => this.feed.position);
    this.metrics.gauge('sockets_feed_lag', 'Positions known to the ledger and not sent yet.', () => this.feed.lag);
    for (const state of ['live', 'behind'] as const)
      this.metrics.gauge(`sockets_subscriptions_${state}`, `Subscriptions that are ${state}.`, () => this.count(state));
  }

  /** Told to go elsewhere little by little: those who come all at once keep the others waiting there. */
  async onModuleDestroy(): Promise<void> {
    const sessions = [...this.sessions.values()];
    const steps = Math.ceil(this.config.drainMs / STEP_MS);
    for (let step = 0; step < steps; step++) {
      const [from, to] = [step, step + 1].map((at) => Math.floor((at * sessions.length) / steps));
      for (const session of sessions.slice(from, to)) session.interrupt();
      await sleep(STEP_MS);
    }
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
    for (const session of this.sessions.values()) session.interrupt();
  }

  open(socket: PushSocket): void {
    const session = new Session(
      socket,
      this.backlog,
      this.audiences,
      (full) => this.tooMuch(full),
      (events) => this.metrics.sent.inc(events),
      this.listeners,
    );
    this.sessions.set(socket.id, session);
    for (const listener of this.listeners) listener.onOpen?.(session);
  }

  listen(listener: SessionListener): void {
    this.listeners.push(listener);
  }

  of(socket: PushSocket): Session | undefined {
    return this.sessions.get(socket.id);
  }

  all(): Iterable<Session> {
    return this.sessions.values();
  }

  forget(socket: PushSocket): void {
    const session = this.sessions.get(socket.id);
    if (!session) return;
    this.sessions.delete(socket.id);
    this.overfull.delete(session);
    // A connection whose only socket has left would stay open for nothing.
    session.interrupt();
    for (const listener of this.listeners) listener.onClosed?.(session);
  }

  /** Another ledger, or an older one: the clients come back with the `since` that they have and are told to start over. */
  onReset(): void {
    for (const session of this.sessions.values()) session.interrupt();
    this.metrics.ended.inc({ reason: 'reset' }, this.sessions.size);
  }

  /** One that was told to slow down so often and does not. */
  endFlood(session: Session): void {
    this.end('flood', () => session.destroy());
  }

  private count(state: 'live' | 'behind'): number {
    let count = 0;
    for (const { subscriptions } of this.sessions.values())
      for (const subscription of subscriptions.values()) if (subscription.state === state) count++;
    return count;
  }

  /** Told in the middle of a broadcast; dealt with after it, when all that was sent has one position. */
  private tooMuch(session: Session): void {
    if (this.overfull.size === 0) setImmediate(() => this.relieve());
    this.overfull.add(session);
  }

  private relieve(): void {
    const sessions = [...this.overfull];
    this.overfull.clear();
    for (const session of sessions) {
      if (session.outbox.overfull) this.metrics.lagged.inc(session.lag(this.feed.position));
      if (session.outbox.pending > OUTBOX.most) this.end('overfull', () => session.destroy());
    }
  }

  private sweep(now: number): void {
    for (const session of this.sessions.values()) {
      if (!this.authenticator.holds(session.caller)) this.end('unauthenticated', () => session.dismiss());
      else if (session.outbox.stuckFor(now) > this.config.stuckSeconds * 1_000)
        this.end('stuck', () => session.destroy());
      else session.outbox.look();
    }
  }

  private end(reason: string, how: () => void): void {
    this.metrics.ended.inc({ reason });
    how();
  }
}
