import { expectedFailure, type Logger } from '@app/common';
import { randomUUID } from 'node:crypto';
import { LeaseRepository, type Held, type Instance } from './lease.repository';

export interface LeaseOptions {
  address: string;
  log: Logger;
  /** Called when the lease was another's before: whatever that one has left open is to be ended. */
  onTaken: (before: Instance) => Promise<void>;
}

/** How long the writing is left to a holder of whom nothing is heard. */
const LEASE_MS = 3_000;
/** The holder renews well within its lease; the others look more often than that. */
const RENEW_MS = 1_000;
const LOOK_MS = 500;

/**
 * Which of several inventories writes. It is an agreement for speed: two that write at once are in each other's way, but nothing
 * goes wrong, since the ledger's positions are the guard. So a holder that was paused, or whose lease was taken, does no harm.
 */
export class LeaseService {
  private readonly self: Instance;
  private other: Instance | undefined;
  private timer: NodeJS.Timeout | undefined;
  private taking: Promise<void> | undefined;
  private looking: Promise<void> = Promise.resolve();
  /** Who wrote before this one, until what it has left open is ended: the database may be away just then. */
  private left: Instance | undefined;
  private stopped = false;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly leases: LeaseRepository,
    private readonly options: LeaseOptions,
  ) {
    this.self = { id: randomUUID(), address: options.address };
  }

  /** Where others reach this one. */
  get address(): string {
    return this.self.address;
  }

  /** The address of the one that writes; undefined when it is this one. */
  get writer(): string | undefined {
    return this.other?.address;
  }

  /** Before anything is written. */
  async start(): Promise<void> {
    await this.settle(await this.leases.hold(this.self, LEASE_MS));
    this.schedule();
  }

  /** Leaves the writing to another one. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await Promise.all([this.looking, this.taking]);
    this.tell();
    // A database that is away does not keep anybody from ending; the lease ends by itself.
    await this.leases.release(this.self).catch(() => undefined);
  }

  /** Calls back when another one writes than before, and at the stop. @returns ends that */
  onMove(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Nobody listens at the writer's address: its lease is taken at once. */
  takeFrom(address: string): Promise<void> {
    this.taking ??= this.take(address).finally(() => (this.taking = undefined));
    return this.taking;
  }

  /** Looks now who writes. */
  look(): Promise<void> {
    this.looking = this.looking.then(() => this.attempt(() => this.leases.hold(this.self, LEASE_MS)));
    return this.looking;
  }

  private async take(address: string): Promise<void> {
    if (this.writer !== address || this.stopped) return;
    await this.attempt(() => this.leases.takeFrom(address, this.self, LEASE_MS));
  }

  private async attempt(work: () => Promise<Held>): Promise<void> {
    try {
      if (!this.stopped) await this.settle(await work());
    } catch (error) {
      // Whoever wrote goes on writing: it is the ledger that says whether it may.
      if (!expectedFailure(error)) this.options.log.warn({ err: error }, 'the lease could not be looked at');
    }
  }

  private async settle({ holder, before }: Held): Promise<void> {
    const ours = holder.id === this.self.id;
    if (before && before.address !== this.self.address) this.left = before;
    if (this.left) await this.options.onTaken(this.left);
    this.left = undefined;
    if (this.other?.id === (ours ? undefined : holder.id)) return;
    this.other = ours ? undefined : holder;
    this.options.log.info({ writer: holder.address }, ours ? 'this inventory writes now' : 'another inventory writes');
    this.tell();
  }

  private tell(): void {
    [...this.listeners].forEach((listener) => listener());
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.look().then(() => this.schedule()), this.other ? LOOK_MS : RENEW_MS);
  }
}
