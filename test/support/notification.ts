import { DomainError, OpsServer } from '@app/common';
import { ROLES, type Caller } from '@app/contracts';
import { Authenticator } from '@app/identity';
import { Global, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { CoreModule } from '../../apps/notification/src/core/core.module';
import { NotificationConfig } from '../../apps/notification/src/notification.config';
import { RealtimeModule } from '../../apps/notification/src/realtime/realtime.module';
import { SocketAdapter } from '../../apps/notification/src/realtime/socket.config';
import { freePort } from './ports';
import { itemId, LedgerInMemory, serveLedger } from './inventory';
import { Subscriber } from './sockets';

const TOKEN = 'internal-token-of-at-least-32-bytes';

/** Tokens that say themselves who they are: `<user> <session> <ms until the end>`. */
class Trusting {
  readonly revoked = new Set<string>();

  authenticate(token: string): Caller {
    const [name = '', sessionId = '', ms] = token.split(' ');
    const expiresAt = Date.now() + Number(ms ?? 600_000);
    const caller: Caller = { kind: 'user', id: itemId(name.length), name, role: ROLES[0], sessionId, expiresAt };
    if (name === 'mallory' || !this.holds(caller)) throw new DomainError('unauthenticated', 'Not you.');
    return caller;
  }

  holds({ expiresAt, sessionId }: Caller): boolean {
    return (expiresAt ?? Infinity) > Date.now() && !this.revoked.has(sessionId);
  }
}

const trusting = new Trusting();

@Global()
@Module({ providers: [{ provide: Authenticator, useValue: trusting }], exports: [Authenticator] })
class TrustingModule {}

@Module({})
class NotificationModule {}

export interface Notification {
  url: string;
  ledger: LedgerInMemory;
  /** Connects a socket; closed by `disconnect`. */
  connect(token?: unknown, options?: ConstructorParameters<typeof Subscriber>[2]): Promise<Subscriber>;
  disconnect(): void;
  revoke(sessionId: string): void;
  /** The value of a metric now. */
  metric(name: string): Promise<number>;
  stopInventory(): Promise<void>;
  startInventory(): Promise<void>;
  close(): Promise<void>;
}

/** The notification app in this process, on a ledger in memory that is served over real TCP; sockets are real too. */
export async function startNotification(settings: Partial<NotificationConfig> = {}): Promise<Notification> {
  const ledger = new LedgerInMemory();
  const inventoryPort = await freePort();
  let inventory: INestMicroservice | undefined = await serveLedger(ledger, inventoryPort, TOKEN);
  const config = Object.assign(new NotificationConfig(), {
    inventoryAddresses: [`127.0.0.1:${inventoryPort}`],
    internalToken: TOKEN,
    ...settings,
  });
  const ops = new OpsServer('notification');
  const core = CoreModule.of(config, pino({ level: process.env.LOG_LEVEL ?? 'silent' }), ops);
  const module = { module: NotificationModule, imports: [core, TrustingModule, RealtimeModule] };
  const app = await NestFactory.create(module, new FastifyAdapter(), { logger: ['error'] });
  app.useWebSocketAdapter(new SocketAdapter(app));
  await app.listen(0, '127.0.0.1');
  const server: Server = app.getHttpServer();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const subscribers: Subscriber[] = [];
  return {
    url,
    ledger,
    connect: (token = 'ana s1', options = {}) => {
      const subscriber = new Subscriber(url, token, options);
      subscribers.push(subscriber);
      return subscriber.connected();
    },
    disconnect: () => subscribers.splice(0).forEach((subscriber) => subscriber.close()),
    revoke: (sessionId) => trusting.revoked.add(sessionId),
    metric: async (name) => {
      const { values } = (await ops.registry.getSingleMetric(name)?.get()) ?? { values: [] };
      return values.reduce((sum, { value }) => sum + value, 0);
    },
    stopInventory: async () => {
      await inventory?.close();
      inventory = undefined;
    },
    startInventory: async () => {
      inventory = await serveLedger(ledger, inventoryPort, TOKEN);
    },
    close: async () => {
      await app.close();
      await inventory?.close();
    },
  };
}
