import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { Counter, Histogram, type Registry } from 'prom-client';
import { gauge } from './figures';

/** What has the one connection of a process. */
interface Application {
  get(token: string): Connection;
}

/**
 * The pool of connections to MongoDB: how many are open and in use, how many operations wait for one and how long, and how
 * often none was to be had. A command itself is not measured: that would cost as much again as the driver's own share of it.
 */
export function measurePool(app: Application, registry: Registry): void {
  const client = app.get(getConnectionToken()).getClient();
  const registers = [registry];
  const open = new Set<string>();
  const busy = new Set<string>();
  let waiting = 0;
  const seconds = new Histogram({
    name: 'stockwire_mongodb_wait_seconds',
    help: 'Time that an operation waited for a connection to MongoDB.',
    buckets: [0.0001, 0.001, 0.01, 0.1, 0.5, 1, 2],
    registers,
  });
  const failures = new Counter({
    name: 'stockwire_mongodb_failures_total',
    help: 'Operations that got no connection to MongoDB.',
    registers,
  });
  gauge(registry, 'stockwire_mongodb_connections', 'Connections to MongoDB that are open.', () => open.size);
  gauge(registry, 'stockwire_mongodb_connections_busy', 'Connections to MongoDB in use.', () => busy.size);
  gauge(registry, 'stockwire_mongodb_waiting', 'Operations that wait for a connection.', () => Math.max(0, waiting));
  client.on('connectionCreated', (event) => open.add(idOf(event)));
  client.on('connectionCheckOutStarted', () => waiting++);
  client.on('connectionCheckedOut', (event) => {
    waiting--;
    // One that was made before anybody listened.
    open.add(idOf(event));
    busy.add(idOf(event));
    seconds.observe(event.durationMS / 1_000);
  });
  client.on('connectionCheckOutFailed', () => {
    waiting--;
    failures.inc();
  });
  client.on('connectionCheckedIn', (event) => busy.delete(idOf(event)));
  client.on('connectionClosed', (event) => {
    open.delete(idOf(event));
    busy.delete(idOf(event));
  });
}

/** Each server numbers its own connections. */
function idOf({ address, connectionId }: { address: string; connectionId: number | '<monitor>' }): string {
  return `${address}#${connectionId}`;
}
