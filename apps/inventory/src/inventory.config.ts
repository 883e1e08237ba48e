import { address, port, ServiceConfig, Setting, whole } from '@app/common';
import { hostname } from 'node:os';

export class InventoryConfig extends ServiceConfig {
  @Setting({ env: 'INVENTORY_PORT', doc: 'Nest TCP port of the inventory.', parse: port })
  port = 6101;

  @Setting({ env: 'INVENTORY_OPS_PORT', doc: 'Health and metrics of the inventory; keep it private.', parse: port })
  opsPort = 6111;

  @Setting({
    env: 'ADVERTISE_ADDRESS',
    doc: 'host:port under which other inventories and gateways reach this one; unique for each. A restarted one ends what its predecessor at the same address left open.',
    parse: address,
    shownDefault: 'hostname:INVENTORY_PORT',
  })
  advertise = '';

  @Setting({
    env: 'WRITE_QUEUE',
    doc: 'Commands that may wait for the writer; beyond that the answer is 503 overloaded.',
    parse: whole(1, 100_000),
  })
  writeQueue = 4_000;

  @Setting({ env: 'ITEM_STATES', doc: 'Items whose state the writer keeps in memory.', parse: whole(100, 1_000_000) })
  itemStates = 20_000;

  @Setting({
    env: 'RESERVATIONS_PER_CALLER',
    doc: 'Reservations that one user or API key may hold at a time; one more is refused with 409 too-many-reservations. Committed ones do not count.',
    parse: whole(1, 1_000_000),
  })
  reservationsPerCaller = 10_000;

  /** Never just the loopback address: two machines on one database would end each other's transactions. */
  get address(): string {
    return this.advertise || `${hostname()}:${this.port}`;
  }
}
