import { DomainError, Handle, tcpServer } from '@app/common';
import {
  items,
  ledger,
  type Cursor,
  type EventPage,
  type EventText,
  type Item,
  type ItemsReply,
  type LedgerEvent,
  type LedgerPage,
  type LedgerRead,
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

  async read({ after, epoch, limit = 100, waitMs = 0, itemId: only }: LedgerRead): Promise<EventPage> {
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
    const matching = only === undefined ? this.events.slice(after, after + size) : this.ofItem(only, after, size);
    const position = matching.length < size ? this.head : (matching.at(-1)?.position ?? this.head);
    return { epoch: this.epoch, position, head: this.head, events: matching };
  }

  private ofItem(id: string, after: number, size: number): LedgerEvent[] {
    return this.events.filter((event) => event.itemId === id && event.position > after).slice(0, size);
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

function textOf(event: LedgerEvent): EventText {
  const { position, type, itemId: id, seq, location } = event;
  return { position, type, itemId: id, seq, location, json: JSON.stringify(event) };
}

@Controller()
class LedgerController {
  constructor(private readonly memory: LedgerInMemory) {}

  @Handle(ledger.read)
  async read(request: LedgerRead): Promise<LedgerPage> {
    const { events, ...page } = await this.memory.read(request);
    return { ...page, events: events.map(textOf) };
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
