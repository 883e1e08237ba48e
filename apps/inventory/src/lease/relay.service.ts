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
import { ledger, type AskListed, type Packet } from '@app/contracts';
import { LeaseService } from './lease.service';

/** What a caller waits that does not say so. */
const PATIENCE_MS = 5_000;
const CONNECT_MS = 1_000;
/** What a question takes beside what it waits for. */
const GRACE_MS = 100;

/** What an inventory does that does not hold the lease: it passes on what is for the one that writes. */
export class RelayService implements Relay {
  private line: { to: string; line: Line } | undefined;

  constructor(
    private readonly lease: LeaseService,
    private readonly options: { token: string; log: Logger },
  ) {}

  get writer(): string | undefined {
    return this.lease.writer;
  }

  /** Ends the connection to the one that writes. */
  stop(): void {
    this.line?.line.close();
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

  /** Has the one that writes bring the listing up to a position; undefined when that is this one, or when it does not answer in time. */
  async listed(body: AskListed): Promise<boolean | undefined> {
    const to = this.lease.writer;
    if (to === undefined) return undefined;
    const { pattern } = ledger.listed;
    const packet: Packet = { token: this.options.token, requestId: 'inventory', body, relayed: true };
    const asked = this.whileItWrites(() => this.send(to, pattern, packet, body.waitMs + GRACE_MS));
    const reply = await asked.catch(async (error: unknown) => {
      if (isRefused(error)) await this.lease.takeFrom(to);
      return undefined;
    });
    return reply && 'ok' in reply ? reply.ok === true : undefined;
  }

  /** Undefined when another one writes meanwhile: an answer of the former one, which may be paused, is not waited for. */
  private whileItWrites<Answer>(work: () => Promise<Answer>): Promise<Answer | undefined> {
    return new Promise((resolve, reject) => {
      const end = this.lease.onMove(() => resolve(undefined));
      work().then(resolve, reject).finally(end);
    });
  }

  private async ask(to: string, pattern: string, packet: Packet): Promise<Reply<unknown> | undefined> {
    const { waitMs = PATIENCE_MS } = packet;
    try {
      return await this.send(to, pattern, packet, waitMs);
    } catch (error) {
      if (error instanceof DomainError) throw error;
    }
    // The connection broke: is there still somebody?
    return this.send(to, pattern, packet, waitMs).catch(async (error: unknown) => {
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
}

function isRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
}
