import { DomainError, newId } from '@app/common';
import {
  LIMITS,
  type CreateItemCommand,
  type DeleteItemCommand,
  type Done,
  type Item,
  type ItemListReply,
  type ItemQuery,
  type ItemsReply,
  type ItemText,
  type LevelPage,
  type ListLevels,
  type LowItems,
  type RestoreItemCommand,
  type UpdateItemCommand,
} from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { boundCursor } from '../ledger/bound-cursor';
import { LedgerService } from '../ledger/ledger.service';
import { LedgerWriter } from '../ledger/ledger.writer';
import type { Outcome } from '../ledger/outcome';
import { codeAt } from '../locations/code-cursor';
import { ItemTextsService, textOf } from './item-texts.service';
import { decodeCursor, encodeCursor } from './cursor';
import { listedLevelsOf } from './item';
import { ItemsRepository } from './items.repository';
import { isVolatile, type Keyset, type ListQuery, type Page, type PageRow } from './paging';
import { ListingRepository } from './listing.repository';
import { ListingService } from './listing.service';

/** How long a list waits for the listing to show what has been acknowledged already. */
const LISTING_MS = 1_500;

/** Below what may wait for a socket before it counts as too slow. */
const LOW_BYTES = 786_432;

@Injectable()
export class ItemsService {
  constructor(
    private readonly writer: LedgerWriter,
    private readonly ledger: LedgerService,
    private readonly items: ItemsRepository,
    private readonly listing: ListingRepository,
    private readonly listingService: ListingService,
    private readonly texts: ItemTextsService,
  ) {}

  async create({ operation, item }: CreateItemCommand): Promise<Done<Item>> {
    return withItem(await this.writer.submit({ kind: 'create', operation, itemId: newId(), item }));
  }

  async update(command: UpdateItemCommand): Promise<Done<Item>> {
    return withItem(await this.writer.submit({ kind: 'update', ...command }));
  }

  async delete(command: DeleteItemCommand): Promise<Done<null>> {
    const { position, replayed } = await this.writer.submit({ kind: 'delete', ...command });
    return { body: null, position, replayed };
  }

  async restore(command: RestoreItemCommand): Promise<Done<Item>> {
    return withItem(await this.writer.submit({ kind: 'restore', ...command }));
  }

  async snapshot(itemId: string): Promise<{ item: Item | null; position: number; epoch: string }> {
    const { reply, position } = await this.writer.submit({ kind: 'look', itemId });
    return { item: reply && 'seq' in reply ? reply : null, position, epoch: this.ledger.epoch };
  }

  /** As many as asked for, or as a message may carry. */
  async low(limit: number): Promise<LowItems> {
    const { states, position } = await this.items.low(limit + 1);
    const texts: string[] = [];
    let bytes = 0;
    for (const state of states.slice(0, limit)) {
      const { json } = textOf(state);
      bytes += json.length;
      if (bytes > LOW_BYTES) break;
      texts.push(json);
    }
    const truncated = texts.length < states.length;
    return { data: `[${texts.join(',')}]`, truncated, position, epoch: this.ledger.epoch };
  }

  /** The head first and the documents after: what they show is at least that. */
  async get(ids: readonly string[]): Promise<ItemsReply> {
    const position = await this.ledger.latest();
    const texts = await this.texts.read(ids);
    // As many as a packet may weigh, one at least; who asked asks again for the rest.
    let bytes = 0;
    const most = texts.findIndex((text) => (bytes += text?.json.length ?? 0) > LIMITS.pageBytes);
    return { items: most === -1 ? texts : texts.slice(0, Math.max(1, most)), position, epoch: this.ledger.epoch };
  }

  async find(code: { sku: string } | { barcode: string }): Promise<{ id: string }> {
    const [kind, value] = 'sku' in code ? ['sku', code.sku] : ['barcode', code.barcode];
    const [holder] = await this.items.byCodes([`${kind}:${value}`]);
    if (!holder) throw new DomainError('not-found', `There is no item with the ${kind} ${value}.`);
    return { id: holder.id };
  }

  async list(query: ItemQuery): Promise<ItemListReply> {
    const { limit = LIMITS.pageSizeDefault, sort = 'name', cursor } = query;
    const after = cursor === undefined ? undefined : decodeCursor(query, cursor);
    const position = await this.ledger.latest();
    const { rows, next, total } = await this.page({ ...query, limit, sort }, after, position);
    const shown = query.deleted ? await this.deleted(rows) : await this.texts.at(rows);
    const { texts, cutAt } = withinBytes(rows, shown);
    const end = cutAt ?? next;
    return {
      data: `[${texts.join(',')}]`,
      page: { limit, nextCursor: end ? encodeCursor(query, end) : null, ...(total !== undefined && { total }) },
      position,
      epoch: this.ledger.epoch,
    };
  }

  /** What hangs on volatile figures is ordered by the listing, once that shows everything up to `position`. */
  private async page(query: ListQuery, after: Keyset | undefined, position: number): Promise<Page> {
    if (!isVolatile(query)) return this.items.page(query, after);
    if (!(await this.listingService.upTo(position, LISTING_MS))) {
      throw new DomainError('overloaded', 'The listing is behind the ledger; repeat in a moment.', { retryAfter: 1 });
    }
    const { rows, ...rest } = await this.listing.page(query, after);
    if (query.deleted) return { rows, ...rest };
    // The listing may be of before the latest change of an item: which version there is now, the items themselves tell.
    const seqs = await this.items.seqs(rows.map(({ id }) => id));
    return {
      rows: rows.flatMap((row) => {
        const seq = seqs.get(row.id);
        return seq === undefined ? [] : { ...row, seq };
      }),
      ...rest,
    };
  }

  private async deleted(rows: readonly PageRow[]): Promise<Map<string, ItemText>> {
    const states = await this.items.states(rows.map(({ id }) => id));
    return new Map(states.filter((state) => state.deleted).map((state) => [state.id, textOf(state)]));
  }

  async levels({
    itemId,
    limit = LIMITS.pageSizeDefault,
    cursor,
  }: ListLevels & { itemId: string }): Promise<LevelPage> {
    const question = { list: 'levels', itemId };
    const after = cursor === undefined ? '' : codeAt(question, cursor);
    const position = await this.ledger.latest();
    const [state] = await this.items.states([itemId]);
    if (!state || state.deleted) throw new DomainError('not-found', `There is no item ${itemId}.`, { itemId });
    const found = listedLevelsOf(state, { after, most: limit + 1 });
    const data = found.slice(0, limit);
    const last = data.at(-1);
    const nextCursor = found.length > limit && last ? boundCursor(question, [last.location]) : null;
    return { data, page: { limit, nextCursor }, position };
  }
}

function withItem({ reply, position, replayed }: Outcome): Done<Item> {
  if (!reply || !('seq' in reply)) throw new Error('a catalogue command came without its item');
  return { body: reply, position, replayed };
}

/** As many as a page may weigh, one at least; `cutAt` is the last row of a page that ends early. */
function withinBytes(
  rows: readonly PageRow[],
  shown: ReadonlyMap<string, ItemText>,
): { texts: string[]; cutAt?: PageRow } {
  const texts: string[] = [];
  let bytes = 0;
  let last: PageRow | undefined;
  for (const row of rows) {
    const text = shown.get(row.id);
    if (!text) continue;
    bytes += Buffer.byteLength(text.json);
    if (last && bytes > LIMITS.pageBytes) return { texts, cutAt: last };
    texts.push(text.json);
    last = row;
  }
  return { texts };
}
