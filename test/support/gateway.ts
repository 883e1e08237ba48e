import { createLog, OpsServer, TcpClient } from '@app/common';
import type { Caller } from '@app/contracts';
import type { INestMicroservice } from '@nestjs/common';
import { EventFeed } from '../../apps/gateway/src/events/event-feed.service';
import { GatewayConfig } from '../../apps/gateway/src/gateway.config';
import { freePort } from './ports';
import { LedgerInMemory, serveLedger } from './inventory';
import { until } from './sockets';

const TOKEN = 't'.repeat(32);

export const ANA: Caller = {
  kind: 'user',
  id: '65a1b2c3d4e5f60718293a4b',
  name: 'ana@example.com',
  role: 'viewer',
  sessionId: 's1',
  expiresAt: null,
};

/** The gateway's feed on a ledger in memory, over real sockets. */
export interface FeedOnLedger {
  ledger: LedgerInMemory;
  feed: EventFeed;
  calls: TcpClient;
  /** The inventory goes away, and comes back at the same address. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  close(): Promise<void>;
}

export async function feedOnLedger(ledger = new LedgerInMemory()): Promise<FeedOnLedger> {
  const port = await freePort();
  let server: INestMicroservice | undefined = await serveLedger(ledger, port, TOKEN);
  const log = createLog('test', 'silent');
  const config = Object.assign(new GatewayConfig(), {
    internalToken: TOKEN,
    inventoryAddresses: [`127.0.0.1:${port}`],
  });
  const calls = new TcpClient({ addresses: config.inventoryAddresses, token: TOKEN, log, maxInFlight: 100 });
  const feed = new EventFeed(config, log, new OpsServer('test'), calls);
  feed.start();
  await until(() => feed.isFresh);
  return {
    ledger,
    feed,
    calls,
    cut: async () => {
      await server?.close();
      server = undefined;
    },
    restore: async () => {
      server = await serveLedger(ledger, port, TOKEN);
    },
    close: async () => {
      ledger.release();
      await feed.stop();
      calls.close();
      await server?.close();
    },
  };
}
