import { LedgerFollower, type Logger } from '@app/common';
import type { AskListed, EventText, LedgerEvent, LedgerPage, LedgerRead } from '@app/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ItemState } from './item';
import { ItemsRepository } from './items.repository';
import { ListingRepository, type ListingChange, type ListingRow } from './listing.repository';
import { attributePairs, searchTerms } from './search';

/** What has happened to an item since its row was last written. */
interface Dirty {
  /** Position of the first event that is not in the row. */
  first: number;
  last: EventText;
  locations: Set<string>;
  /** More than its figures changed: the whole row is made anew. */
  described: boolean;
}

const TICK_MS = 1_000;
/** Rows written in a tick while movements go on: the listing must not slow down what it lists. */
const ROWS_WHILE_BUSY = 300;
const CHUNK = 500;
/** Items that may wait to be written; the follower stands still beyond that. */
const MOST_DIRTY = 50_000;

/**
 * Keeps the listing: follows the ledger, gathers what happened to each item, and writes it down now and then, or at once when
 * somebody asks for a list that hangs on it. Of several inventories the one that writes does, and the others ask it to.
 */
export class ListingService {
  private readonly dirty = new Map<string, Dirty>();
  private follower: LedgerFollower | undefined;
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> = Promise.resolve();
  private seen = 0;
  private stopped = false;
  private ticking = false;
  /** Whether it is to be kept here. */
  private kept = false;
  /** Begins and ends one after the other. */
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly listing: ListingRepository,
    private readonly items: ItemsRepository,
    private readonly read: (request: LedgerRead) => Promise<LedgerPage>,
    /** Has the inventory that writes do it; undefined when that is this one, or there is no answer. */
    private readonly keeper: (asked: AskListed) => Promise<boolean | undefined>,
    private readonly log: Logger,
  ) {}

  /** Events that are not in the listing yet. */
  get lag(): number {
    return (this.follower?.lag ?? 0) + this.dirty.size;
  }

  /** Follows the ledger from where the listing is, whoever has brought it there. */
  begin(epoch: string): Promise<void> {
    return this.inTurn(() => {
      this.kept = true;
      return this.start(epoch);
    });
  }

  /** Follows no more; what is still dirty is written after the next begin: the position says from where. */
  end(): Promise<void> {
    this.stopped = true;
    return this.inTurn(() => {
      this.kept = false;
      return this.stop();
    });
  }

  /** Begins anew when the items are of another generation; resolves when the follower has begun, if it is kept here. */
  rebuild(epoch: string): Promise<void> {
    return this.inTurn(async () => {
      if (!this.kept) return;
      await this.stop();
      await this.start(epoch);
    });
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }

  private async start(epoch: string): Promise<void> {
    this.stopped = false;
    const position = await this.listing.open(await this.items.generation());
    this.follower = new LedgerFollower({
      name: 'listing',
      log: this.log,
      read: this.read,
      from: { epoch, position },
      onEvents: (events) => this.gather(events),
      // The listing has been further than the ledger goes: what it shows is of another one. All begin it anew.
      onReset: () => this.items.raiseGeneration(),
    });
    this.follower.start();
    this.timer = setInterval(() => void this.tick(), TICK_MS);
  }

  private async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    const { follower } = this;
    this.follower = undefined;
    await follower?.stop();
    await this.flushing;
    this.dirty.clear();
  }

  /** Makes the listing show everything up to a position, wherever it is kept; false when it does not within `ms`. */
  async upTo(position: number, ms: number): Promise<boolean> {
    const until = Date.now() + ms;
    do {
      if (await this.hereUpTo(position, until - Date.now())) return true;
      if (!this.kept && (await this.elsewhereUpTo(position, until - Date.now()))) return true;
      // It is begun here, or anew, or the lease is moving: in a moment somebody will keep it.
      await sleep(20);
    } while (Date.now() < until);
    return false;
  }

  /** The same where it is kept; false at once where it is not. */
  async hereUpTo(position: number, ms: number): Promise<boolean> {
    const until = Date.now() + ms;
    const { follower } = this;
    const there = (await follower?.waitFor(position, ms)) && (await this.written(position, until));
    // Begun anew meanwhile: then what was waited for is not there any more.
    return follower !== undefined && follower === this.follower && there === true;
  }

  /**
   * The same where another inventory keeps it. One that does not answer, or is of a version that can't be asked (during an
   * upgrade), still writes it down every second: then what is stored decides.
   */
  private async elsewhereUpTo(position: number, waitMs: number): Promise<boolean> {
    const listed = await this.keeper({ position, waitMs });
    if (listed !== undefined) return listed;
    return (await this.listing.shown(await this.items.generation())) >= position;
  }

  private async written(position: number, until: number): Promise<boolean> {
    while (this.behind(position)) {
      if (this.stopped || Date.now() > until) return false;
      await this.flush(CHUNK);
    }
    return true;
  }

  private behind(position: number): boolean {
    for (const { first } of this.dirty.values()) if (first <= position) return true;
    return false;
  }

  private async gather(events: EventText[]): Promise<void> {
    this.seen += events.length;
    for (const event of events) {
      const entry = this.dirty.get(event.itemId);
      const described = event.type.startsWith('item.');
      const locations = entry?.locations ?? new Set();
      if (event.location !== null) locations.add(event.location);
      const first = entry?.first ?? event.position;
      this.dirty.set(event.itemId, {
        first,
        last: event,
        locations,
        described: described || entry?.described === true,
      });
    }
    while (this.dirty.size > MOST_DIRTY && !this.stopped) await this.flush(CHUNK);
  }

  private async tick(): Promise<void> {
    // While the database is away one writing waits, not one more each second.
    if (this.ticking) return;
    this.ticking = true;
    await this.catchUp().finally(() => (this.ticking = false));
  }

  private async catchUp(): Promise<void> {
    const busy = this.seen > ROWS_WHILE_BUSY;
    this.seen = 0;
    if (busy) await this.flush(ROWS_WHILE_BUSY);
    else while (this.dirty.size > 0 && this.seen === 0 && !this.stopped) await this.flush(CHUNK);
  }

  /** Writes the oldest changes; one writing at a time, in order. A failure is retried with the next one. */
  private flush(most: number): Promise<void> {
    this.flushing = this.flushing
      .then(() => this.write(most))
      .catch(async (error: unknown) => {
        this.log.warn({ err: error }, 'the listing could not be written');
        await sleep(200);
      });
    return this.flushing;
  }

  private async write(most: number): Promise<void> {
    if (this.stopped) return;
    const taken = [...this.dirty].slice(0, most);
    const position = this.follower?.position?.position ?? 0;
    const described = taken.filter(([, { described }]) => described).map(([id]) => id);
    const states = described.length > 0 ? await this.items.states(described) : [];
    const rows = new Map(states.map((state) => [state.id, rowOf(state)]));
    const changes = taken.flatMap(([id, dirty]) => changeOf(id, dirty, rows.get(id)));
    // Only what was not touched meanwhile is clean; the rest keeps its place in the order.
    await this.listing.apply(changes, this.cleanUpTo(taken, position));
    for (const [id, dirty] of taken) {
      const now = this.dirty.get(id);
      this.dirty.delete(id);
      // Touched meanwhile: dirty from after what was written, and behind the others that wait.
      if (now && now.last !== dirty.last) this.dirty.set(id, { ...now, first: dirty.last.position + 1 });
    }
  }

  /** The position up to which every event is in the listing once `taken` is written. */
  private cleanUpTo(taken: readonly [string, Dirty][], position: number): number {
    let clean = position;
    const done = new Set(taken.map(([id]) => id));
    for (const [id, { first }] of this.dirty) if (!done.has(id)) clean = Math.min(clean, first - 1);
    return clean;
  }
}

function changeOf(id: string, { last, locations, described }: Dirty, row: ListingRow | undefined): ListingChange[] {
  // The item is not there although its event is: a rebuild is under way and will bring it.
  if (described) return row ? [{ seq: row.seq, row }] : [];
  const { after, at } = JSON.parse(last.json) as LedgerEvent;
  const { quantity, available } = after;
  return [{ seq: last.seq, id, quantity, available, updatedAt: at, locations: [...locations] }];
}

export function rowOf(state: ItemState): ListingRow {
  const available = state.quantity - state.reserved - state.unavailable;
  return {
    id: state.id,
    deleted: state.deleted,
    name: state.name,
    sku: state.sku,
    category: state.category,
    tags: state.tags,
    terms: searchTerms(state),
    pairs: attributePairs(state.attributes),
    locations: state.levels.locations(),
    reorderLevel: state.reorderLevel,
    quantity: state.quantity,
    available,
    low: available <= state.reorderLevel,
    createdAt: state.createdAt,
    updatedAt: state.updatedAt,
    seq: state.seq,
  };
}
