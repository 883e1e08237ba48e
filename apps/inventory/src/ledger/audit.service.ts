import { DomainError, type Logger } from '@app/common';
import type { Rebuilt, Verification as VerificationReport } from '@app/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CheckpointsService } from '../as-of/checkpoints.service';
import { evolveEntry } from '../items/alert';
import { unborn, type ItemState } from '../items/item';
import { ItemsRepository } from '../items/items.repository';
import { ListingRepository } from '../items/listing.repository';
import { ListingService, rowOf } from '../items/listing.service';
import { fold, noOrders, ORDER_KINDS, type OrderKind } from '../orders/kinds';
import { OrdersRepository } from '../orders/orders.repository';
import { Approvals } from '../stocktakes/approvals';
import { StocktakesRepository } from '../stocktakes/stocktakes.repository';
import { canonicalJson } from './chain';
import { ALL_HAVE_LOOKED_MS, GenerationService } from './generation.service';
import { LedgerRepository, type Entry } from './ledger.repository';
import { LedgerWriter } from './ledger.writer';
import { SharedRuns } from './shared-runs';
import { Verification } from './verification';

const PAGE = 1_000;
const LISTING_MS = 10_000;

/** Proves that the ledger and its projections are what they should be, and makes the projections anew. */
export class AuditService {
  private readonly verifications = new SharedRuns<VerificationReport>();
  private readonly rebuilds = new SharedRuns<Rebuilt>();

  constructor(
    private readonly repository: LedgerRepository,
    private readonly items: ItemsRepository,
    private readonly orders: OrdersRepository,
    private readonly stocktakes: StocktakesRepository,
    private readonly listing: ListingRepository,
    private readonly listingService: ListingService,
    private readonly writer: LedgerWriter,
    private readonly generation: GenerationService,
    private readonly checkpoints: CheckpointsService,
    private readonly log: Logger,
  ) {}

  /** Walks the whole ledger, then compares each projection with the fold up to its own seq. Writing goes on meanwhile. */
  verify(known?: { position: number; hash: string }): Promise<VerificationReport> {
    return this.verifications.result(JSON.stringify(known ?? null), () => this.walk(known));
  }

  /** The projections from the ledger alone, between two groups of the writer. */
  rebuild(): Promise<Rebuilt> {
    return this.rebuilds.result('', () => this.makeAnew());
  }

  private async walk(known?: { position: number; hash: string }): Promise<VerificationReport> {
    const verification = new Verification(known);
    const { position: upTo } = await this.repository.tail();
    for await (const entry of this.entries(0, upTo)) verification.add(entry);
    const { position, hash } = verification.last;
    if (known && known.position > position)
      verification.fault(position, 'known-hash', `the ledger ends before ${known.position}`);
    if (position !== upTo) verification.fault(position, 'position', `the ledger ends before its tail ${upTo}`);
    await this.compareItems(verification);
    for (const kind of ORDER_KINDS) await this.compareOrders(kind, verification);
    verification.orders.end();
    await this.compareStocktakes(verification);
    await this.compareListing(verification);
    const { faults } = verification;
    return { ok: faults.length === 0, position, hash, checked: position, faults };
  }

  private async makeAnew(): Promise<Rebuilt> {
    const result = await this.writer.exclusive(async ({ position }) => {
      const states = new Map<string, ItemState>();
      const orders = noOrders();
      const approvals = new Approvals();
      for await (const entry of this.entries(0, position)) {
        const { event } = entry;
        states.set(event.itemId, evolveEntry(states.get(event.itemId) ?? unborn(event.itemId), entry));
        fold(orders, event);
        approvals.add(event);
      }
      await this.items.replaceAll(states.values(), position);
      await this.orders.replaceAll(orders, position);
      for await (const stored of this.stocktakes.all()) {
        const corrected = approvals.corrected(stored);
        if (corrected) await this.stocktakes.correct(corrected);
      }
      // Until another inventory has heard of it, it may write what it remembers of the items as they were.
      await sleep(ALL_HAVE_LOOKED_MS);
      await this.insistOnTail(position);
      const { reservation, transfer, expectation } = orders;
      const made = { reservations: reservation.size, transfers: transfer.size, expectations: expectation.size };
      return { position, items: states.size, ...made };
    });
    await this.generation.look();
    await this.checkpoints.forget();
    this.log.info(result, 'the projections were made anew from the ledger');
    return result;
  }

  private async insistOnTail(position: number): Promise<void> {
    const tail = await this.repository.tail();
    if (tail.position !== position)
      throw new DomainError('unavailable', 'The ledger moved on during the rebuild.', { retryAfter: 1 });
  }

  private async *entries(after: number, upTo: number): AsyncIterable<Entry> {
    for (let position = after; position < upTo;) {
      const page = await this.repository.range({ after: position, upTo, limit: PAGE });
      if (page.length === 0) return;
      yield* page;
      position = page.at(-1)?.event.position ?? upTo;
      // Commands are answered between the pages.
      await new Promise(setImmediate);
    }
  }

  private async compareItems(verification: Verification): Promise<void> {
    const missing = new Set(verification.states.keys());
    for await (const stored of this.items.all()) {
      missing.delete(stored.id);
      const state = verification.states.get(stored.id);
      verification.compare(stored, (state?.seq ?? 0) < stored.seq ? await this.later(stored, state) : []);
    }
    for (const id of missing)
      verification.fault(verification.states.get(id)?.position ?? 0, 'projection', `item ${id} is not stored`);
  }

  private async compareOrders<Kind extends OrderKind>(kind: Kind, { orders, last }: Verification): Promise<void> {
    for await (const stored of this.orders.all(kind)) orders.compare(kind, stored, last.position);
  }

  private async compareStocktakes({ approvals, last }: Verification): Promise<void> {
    for await (const stored of this.stocktakes.all()) approvals.compare(stored, last.position);
  }

  /** What happened to an item after the walk. */
  private async later(stored: ItemState, state: ItemState | undefined): Promise<Entry[]> {
    const range = { after: state?.position ?? 0, upTo: stored.position, limit: stored.seq - (state?.seq ?? 0) };
    return this.repository.range({ ...range, filter: { itemId: stored.id } });
  }

  private async compareListing(verification: Verification): Promise<void> {
    const { last, states } = verification;
    const caughtUp = await this.listingService.upTo(last.position, LISTING_MS);
    if (!caughtUp) verification.fault(last.position, 'listing', 'the listing does not catch up with the ledger');
    const missing = new Set(states.keys());
    for await (const row of this.listing.all()) {
      missing.delete(row.id);
      const state = states.get(row.id);
      if (!state) await this.insistOnEvent(verification, row.id);
      else if (row.seq < state.seq && caughtUp)
        verification.fault(state.position, 'listing', `the listing of item ${row.id} is behind`);
      // A row that moved on while we walked is checked by the next verification.
      else if (row.seq === state.seq && canonicalJson(rowOf(state)) !== canonicalJson(row)) {
        verification.fault(state.position, 'listing', `the listing of item ${row.id} is not the sum of its events`);
      }
    }
    if (!caughtUp) return;
    for (const id of missing) verification.fault(states.get(id)?.position ?? 0, 'listing', `item ${id} is not listed`);
  }

  /** An item that the walk has not seen: created since, or out of nothing. */
  private async insistOnEvent(verification: Verification, itemId: string): Promise<void> {
    const after = verification.last.position;
    const [event] = await this.repository.range({ after, upTo: Number.MAX_SAFE_INTEGER, limit: 1, filter: { itemId } });
    if (!event) verification.fault(0, 'listing', `the listing has an item ${itemId} without an event`);
  }
}
