import { DomainError, Handle, tcpServer } from '@app/common';
import {
  items,
  ledger,
  locations,
  type Cursor,
  type EventPage,
  type EventText,
  type Item,
  type ItemsReply,
  type LedgerEvent,
  type LedgerPage,
  type Location,
  type LedgerFilter,
  type LedgerRead,
  type LowItems,
  type Missed,
  type AskMissed,
  type Crossing,
} from '@app/contracts';
import { Controller, Module, type DynamicModule, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MicroserviceOptions } from '@nestjs/microservices';
import pino from 'pino';

const FIGURES = { quantity: 0, reserved: 0, unavailable: 0, available: 0, incoming: 0 };
const CHANGE = { onHand: 0, reserved: 0, unavailable: 0, incoming: 0 };

export function itemId(number: number): string {
  return number.toString(16).padStart(24, '0');
}

/** A ledger in memory that a spec writes to and plays tricks with: what a follower sees of it is as in the inventory. */
export class LedgerInMemory {
  events: LedgerEvent[] = [];
  epoch = 'epoch-1';
  /** Answers to polls of the follower wait while this is set. */
  held = false;
  /** A page ends after so many events at the latest. */
  pageSize = 1_000;
  reads: LedgerRead[] = [];
  snapshots = 0;
  /** The database is too slow to count. */
  slow = false;
  /** With which positions an item became low, or recovered. */
  readonly alerts = new Map<number, Crossing>();
  /** What the inventory would say is low. */
  low: { items: Item[]; truncated: boolean } = { items: [], truncated: false };
  readonly locations = new Set(['main']);
  private operations = 0;
  private waiters: (() => void)[] = [];
  private readonly seqs = new Map<string, number>();

  get head(): number {
    return this.events.length;
  }

  /** One operation with an event for each of the items; returns the position of the last. */
  append(itemIds: string[], over: Partial<LedgerEvent> = {}): number {
    const operationId = `operation-${++this.operations}`;
    for (const id of itemIds) {
      const seq = (this.seqs.get(id) ?? 0) + 1;
      this.seqs.set(id, seq);
      this.events.push(this.event(id, seq, operationId, over));
    }
    this.wake();
    return this.head;
  }

  /** Another ledger, as after a restore. */
  replace(epoch: string, keep: number): void {
    this.epoch = epoch;
    this.events = this.events.slice(0, keep).map((event) => Object.assign({}, event, { epoch }));
    this.wake();
  }

  release(): void {
    this.held = false;
    this.wake();
  }

  itemOf(id: string): Item | null {
    const own = this.events.filter((event) => event.itemId === id);
    const last = own.at(-1);
    if (!last || last.type === 'item.deleted') return null;
    const texts = { sku: null, name: last.name, description: '', category: null, reorderQuantity: null };
    const numbers = { reorderLevel: 0, unitPrice: 0, seq: last.seq, position: last.position };
    const lists = { barcodes: [], tags: [], levels: [] };
    return { id, ...texts, ...numbers, ...lists, ...FIGURES, attributes: {}, createdAt: last.at, updatedAt: last.at };
  }

  async read({ after, epoch, limit = 100, waitMs = 0, ...filter }: LedgerRead): Promise<EventPage> {
    const { itemId: only } = filter;
    this.reads.push({ ...(after !== undefined && { after }), limit, waitMs, ...(only && { itemId: only }) });
    if (after === undefined) return { epoch: this.epoch, position: this.head, head: this.head, events: [] };
    const until = Date.now() + waitMs;
    for (;;) {
      if ((epoch !== undefined && epoch !== this.epoch) || after > this.head)
        throw new DomainError('epoch-changed', 'another ledger', { epoch: this.epoch, head: this.head });
      const polled = waitMs > 0;
      const left = until - Date.now();
      if (!(polled && this.held) && (this.head > after || left <= 0)) break;
      await this.changed(Math.max(1, left));
      if (polled && this.held && Date.now() >= until)
        return { epoch: this.epoch, position: after, head: after, events: [] };
    }
    const size = Math.min(limit, this.pageSize);
    const matching =
      Object.keys(filter).length === 0 ? this.events.slice(after, after + size) : this.matching(filter, after, size);
    const position = matching.length < size ? this.head : (matching.at(-1)?.position ?? this.head);
    return { epoch: this.epoch, position, head: this.head, events: matching };
  }

  missed({ position, most, epoch, ...filter }: AskMissed): Missed {
    if (epoch !== this.epoch || position > this.head)
      throw new DomainError('epoch-changed', 'another ledger', { epoch: this.epoch, head: this.head });
    if (this.slow) return { first: null, count: null };
    const found = this.matching(filter, position, most + 1);
    return { first: found[0] ?? null, count: found.length };
  }

  private matching(
    { itemId: id, location, category, alerts }: LedgerFilter,
    after: number,
    size: number,
  ): LedgerEvent[] {
    const wanted = (event: LedgerEvent): boolean =>
      event.position > after &&
      (id === undefined || event.itemId === id) &&
      (location === undefined || event.location === location) &&
      (category === undefined || categoriesOf(event).includes(category)) &&
      (!alerts || this.alerts.has(event.position));
    return this.events.filter(wanted).slice(0, size);
  }

  private wake(): void {
    for (const wake of this.waiters.splice(0)) wake();
  }

  private changed(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.waiters.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  private event(id: string, seq: number, operationId: string, over: Partial<LedgerEvent>): LedgerEvent {
    const at = new Date().toISOString();
    const actor = { kind: 'user', id: itemId(1), name: 'ana@example.com' } as const;
    const circumstances = { reason: 'sale', reference: null, note: null, location: 'main', unitCost: null };
    const place = { position: this.head + 1, epoch: this.epoch, seq, at, effectiveAt: at, actor, operationId };
    const item = { itemId: id, sku: null, name: `Item ${id}`, category: null, links: {}, fields: null };
    const figures = { change: CHANGE, before: FIGURES, after: FIGURES, level: CHANGE };
    const type = seq === 1 ? 'item.created' : 'stock.received';
    return { type, ...place, ...item, ...circumstances, ...figures, ...over };
  }
}

function categoriesOf({ category, fields }: LedgerEvent): unknown[] {
  return [category, fields?.category?.[0]];
}

function textOf(event: LedgerEvent, alert: Crossing | undefined): EventText {
  const { position, type, itemId: id, seq, location } = event;
  return { position, type, itemId: id, seq, location, ...(alert && { alert }), json: JSON.stringify(event) };
}

@Controller()
class LedgerController {
  constructor(private readonly memory: LedgerInMemory) {}

  @Handle(ledger.read)
  read(request: LedgerRead): Promise<LedgerPage> {
    return this.page(request);
  }

  @Handle(ledger.follow)
  follow(request: LedgerRead): Promise<LedgerPage> {
    return this.page(request);
  }

  private async page(request: LedgerRead): Promise<LedgerPage> {
    const { events, ...page } = await this.memory.read(request);
    return { ...page, events: events.map((event) => textOf(event, this.memory.alerts.get(event.position))) };
  }

  @Handle(ledger.missed)
  missed(request: AskMissed): Missed {
    return this.memory.missed(request);
  }

  @Handle(items.low)
  low(): LowItems {
    const { low, head, epoch } = this.memory;
    return { data: JSON.stringify(low.items), truncated: low.truncated, position: head, epoch };
  }

  @Handle(locations.get)
  location({ code }: { code: string }): Location {
    if (!this.memory.locations.has(code)) throw new DomainError('not-found', 'There is no such location.');
    return { code, name: code, address: null, closed: false };
  }

  @Handle(items.snapshot)
  snapshot({ itemId: id }: { itemId: string }): Cursor & { item: Item | null } {
    this.memory.snapshots++;
    return { item: this.memory.itemOf(id), position: this.memory.head, epoch: this.memory.epoch };
  }

  @Handle(items.get)
  get({ ids }: { ids: string[] }): ItemsReply {
    return {
      items: ids.map((id) => {
        const item = this.memory.itemOf(id);
        return item && { id, seq: item.seq, json: JSON.stringify(item) };
      }),
      position: this.memory.head,
      epoch: this.memory.epoch,
    };
  }
}

@Module({})
class InventoryModule {
  static of(memory: LedgerInMemory): DynamicModule {
    const providers = [{ provide: LedgerInMemory, useValue: memory }];
    return { module: InventoryModule, controllers: [LedgerController], providers };
  }
}

/** Serves a ledger in memory over the same TCP as the inventory. */
export async function serveLedger(memory: LedgerInMemory, port: number, token: string): Promise<INestMicroservice> {
  const log = pino({ level: 'silent' });
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(InventoryModule.of(memory), {
    ...tcpServer({ host: '127.0.0.1', port, token, log }),
    logger: false,
  });
  await app.listen();
  return app;
}
