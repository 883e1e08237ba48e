import {
  DomainError,
  Line,
  resolveAddresses,
  tracing,
  type Logger,
  type Relay,
  type Reply,
  type Taken,
} from '@app/common';
import { ledger, type LedgerPage, type LedgerRead, type Packet } from '@app/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { LedgerService } from '../ledger/ledger.service';
import { LedgerWriter } from '../ledger/ledger.writer';
import { LeaseService } from './lease.service';

/** Within what a caller waits. */
const PATIENCE_MS = 5_000;
const CONNECT_MS = 1_000;
const POLL = { waitMs: 1_000, deadlineMs: 4_000 };
const AGAIN_MS = 200;

/** What an inventory does that does not hold the lease: it passes on what is to be written, and follows the one that writes. */
export class RelayService implements Relay {
  private line: { to: string; line: Line } | undefined;
  private following: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly lease: LeaseService,
    private readonly ledgerWriter: LedgerWriter,
    private readonly ledger: LedgerService,
    private readonly options: { token: string; log: Logger },
  ) {}

  get writer(): string | undefined {
    return this.lease.writer;
  }

  start(): void {
    this.following = this.follow();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.line?.line.close();
    await this.following;
  }

  /**
   * The writer's reply. Undefined when it is to be done here: this one writes by now, or the writer can't be reached; whether it
   * has done it already does not matter, since every command has an operation id.
   */
  async pass(pattern: string, packet: Packet): Promise<Taken<unknown> | undefined> {
    const to = this.lease.writer;
    if (to === undefined) return undefined;
    const traceparent = tracing()?.here();
    const passed: Packet = { ...packet, relayed: true, ...(traceparent && { traceparent }) };
    const reply = await this.whileItWrites(() => this.ask(to, pattern, passed));
    if (!reply) return undefined;
    if (!('elsewhere' in reply)) return { ...reply, writer: to };
    await this.lease.look();
    return undefined;
  }

  /** Undefined when another one writes meanwhile: an answer of the former one, which may be paused, is not waited for. */
  private whileItWrites<Answer>(work: () => Promise<Answer>): Promise<Answer | undefined> {
    return new Promise((resolve, reject) => {
      const end = this.lease.onMove(() => resolve(undefined));
      work().then(resolve, reject).finally(end);
    });
  }

  private async ask(to: string, pattern: string, packet: Packet): Promise<Reply<unknown> | undefined> {
    try {
      return await this.send(to, pattern, packet, PATIENCE_MS);
    } catch (error) {
      if (error instanceof DomainError) throw error;
    }
    // The connection broke: is there still somebody?
    return this.send(to, pattern, packet, PATIENCE_MS).catch(async (error: unknown) => {
      if (error instanceof DomainError) throw error;
      if (isRefused(error)) await this.lease.takeFrom(to);
      return undefined;
    });
  }

  private async send(to: string, pattern: string, packet: Packet, deadlineMs: number): Promise<Reply<unknown>> {
    const line = this.lineTo(to);
    const connection = line.connection ?? (await line.connect(CONNECT_MS));
    return (await connection.request(pattern, packet, deadlineMs)) as Reply<unknown>;
  }

  private lineTo(to: string): Line {
    if (this.line?.to !== to) {
      this.line?.line.retire();
      this.line = { to, line: new Line(() => resolveAddresses([to]), this.options.log, 'inventory') };
    }
    return this.line.line;
  }

  /** Waits with the writer for its next commit, so that the followers of this process learn of it as soon as those of the writer. */
  private async follow(): Promise<void> {
    while (!this.stopped) {
      const to = this.lease.writer;
      if (to === undefined) await this.move();
      else await this.whileItWrites(() => this.poll(to)).catch(() => sleep(AGAIN_MS));
    }
  }

  private move(): Promise<void> {
    return new Promise((resolve) => {
      const end = this.lease.onMove(() => {
        end();
        resolve();
      });
    });
  }

  private async poll(to: string): Promise<void> {
    const body: LedgerRead = { after: this.ledger.head, epoch: this.ledger.epoch, waitMs: POLL.waitMs, limit: 1 };
    const packet: Packet = { token: this.options.token, requestId: 'inventory-follower', body };
    const reply = await this.send(to, ledger.read.pattern, packet, POLL.deadlineMs);
    if (!('ok' in reply)) throw new Error('the writer has no answer');
    const { position } = reply.ok as LedgerPage;
    if (position > this.ledger.head) await this.ledgerWriter.catchUp();
  }
}

function isRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
}
