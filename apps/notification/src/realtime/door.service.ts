import { DomainError, OpsServer, type Logger } from '@app/common';
import type { Caller } from '@app/contracts';
import { Authenticator } from '@app/identity';
import { Injectable } from '@nestjs/common';
import { InjectLog } from '../core/log';
import { Gate } from '../feed/gate';
import { NotificationConfig } from '../notification.config';
import { Allowance } from './allowance';
import { BOUNDS } from './bounds';
import { MetricsService } from './metrics.service';
import { readToken } from './requests';
import { ConnectError, type PushSocket } from './sockets';

/** Who may come in: decided before a connection exists, at a bounded rate. */
@Injectable()
export class DoorService {
  private readonly handshakes = new Allowance(BOUNDS.handshakes, Date.now());
  private readonly examinations = new Gate(BOUNDS.authentications.places, BOUNDS.authentications.queue);
  /** Connections that have a socket or are getting one: a second one on the same connection would escape the counting. */
  private readonly taken = new WeakSet<object>();

  constructor(
    private readonly authenticator: Authenticator,
    private readonly config: NotificationConfig,
    private readonly metrics: MetricsService,
    private readonly ops: OpsServer,
    @InjectLog() private readonly log: Logger,
  ) {}

  /** Whether one more connection is accepted at all; undefined if so, else why not. */
  closedFor(connections: number): DomainError | undefined {
    const refusal = this.refusalFor(connections);
    if (refusal) this.metrics.refused.inc({ code: refusal.code });
    return refusal;
  }

  private refusalFor(connections: number): DomainError | undefined {
    if (this.ops.isLeaving) return new DomainError('unavailable', 'This process is stopping.', { retryAfter: 1 });
    if (connections >= this.config.maxSockets)
      return new DomainError('overloaded', 'This process has as many sockets as it takes.', { retryAfter: 5 });
    if (this.handshakes.take(Date.now())) return undefined;
    return new DomainError('overloaded', 'Too many sockets arrive at once.', { retryAfter: 1 });
  }

  /** Whether a socket may connect: undefined if so, else what it is told. */
  async admit(socket: PushSocket): Promise<ConnectError | undefined> {
    try {
      socket.data.caller = await this.examine(socket);
      return undefined;
    } catch (error) {
      const refusal = error instanceof DomainError ? error : this.unexpected(error);
      this.metrics.refused.inc({ code: refusal.code });
      return new ConnectError(refusal);
    }
  }

  /** @throws DomainError `unauthenticated`, `unavailable`, `overloaded` */
  identify(token: string): Promise<Caller> {
    return this.examinations.run(async () => this.authenticator.authenticate(token), BOUNDS.authentications.patienceMs);
  }

  private async examine(socket: PushSocket): Promise<Caller> {
    if (this.taken.has(socket.conn)) throw new DomainError('validation', 'One socket a connection.');
    this.taken.add(socket.conn);
    const auth: unknown = socket.handshake.auth;
    const { token } = typeof auth === 'object' && auth !== null ? (auth as { token?: unknown }) : {};
    try {
      return await this.identify(readToken({ token }));
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'validation') throw error;
      throw new DomainError('unauthenticated', 'The handshake needs auth: {token}.', {}, { cause: error });
    }
  }

  private unexpected(error: unknown): DomainError {
    this.log.error({ err: error }, 'an authentication failed unexpectedly');
    return new DomainError('internal', 'The connection could not be made.');
  }
}
