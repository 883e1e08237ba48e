import { DomainError, invalid } from '@app/common';
import {
  LIMITS,
  type CreateItemCommand,
  type DeleteItemCommand,
  type Done,
  type Item,
  type ItemPage,
  type ItemQuery,
  type ItemsReply,
  type LevelPage,
  type ListLevels,
  type RestoreItemCommand,
  type UpdateItemCommand,
} from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { LedgerService } from '../ledger/ledger.service';
import { LedgerWriter } from '../ledger/ledger.writer';
import type { Outcome } from '../ledger/plan';
import { decodeCursor, encodeCursor } from './cursor';
import { itemOf, levelsOf, type ItemState } from './item';
import { ItemsRepository } from './items.repository';
import { isVolatile, type ListQuery, type Page } from './paging';
import { ListingRepository } from './listing.repository';
import { ListingService } from './listing.service';

/** How long a list waits for the listing to show what has been acknowledged already. */
const LISTING_MS = 1_500;

@Injectable()
export class ItemsService {
  constructor(
    private readonly writer: LedgerWriter,
    private readonly ledger: LedgerService,
    private readonly items: ItemsRepository,
    private readonly listing: ListingRepository,
    private readonly listingService: ListingService,
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
    return { item: reply, position, epoch: this.ledger.epoch };
  }

  /** The head first and the documents after: what they show is at least that. */
  async get(ids: readonly string[]): Promise<ItemsReply> {
    const position = this.ledger.head;
    const states = await this.items.states(ids);
    const found = new Map(states.map((state) => [state.id, state]));
    return { items: ids.map((id) => shown(found.get(id))), position, epoch: this.ledger.epoch };
  }

  async find(code: { sku: string } | { barcode: string }): Promise<{ id: string }> {
    const [kind, value] = 'sku' in code ? ['sku', code.sku] : ['barcode', code.barcode];
    const [holder] = await this.items.byCodes([`${kind}:${value}`]);
    if (!holder) throw new DomainError('not-found', `There is no item with the ${kind} ${value}.`);
    return { id: holder.id };
  }

  async list(query: ItemQuery): Promise<ItemPage & { epoch: string }> {
    const { limit = LIMITS.pageSizeDefault, sort = 'name', cursor } = query;
    const after = cursor === undefined ? undefined : decodeCursor(sort, cursor);
    if (cursor !== undefined && !after) throw invalid('cursor', 'is not one that a page in this order has given');
    const position = this.ledger.head;
    const bounded = { ...query, limit, sort };
    const { documents, next, total } = isVolatile(query)
      ? await this.listed(bounded, after, position)
      : await this.items.page(bounded, after);
    const data = withinBytes(documents.map(itemOf));
    const cut = data.length < documents.length ? documents[data.length - 1] : undefined;
    const end = cut ? { value: sortValue(cut, sort), id: cut.id } : next;
    return {
      data,
      page: { limit, nextCursor: end ? encodeCursor(sort, end) : null, ...(total !== undefined && { total }) },
      position,
      epoch: this.ledger.epoch,
    };
  }

  /** Lists that hang on volatile figures: the order is the listing's, the items are as they are now. */
  private async listed(
    query: ListQuery,
    after: Parameters<ListingRepository['page']>[1],
    position: number,
  ): Promise<Page<ItemState>> {
    if (!(await this.listingService.upTo(position, LISTING_MS))) {
      throw new DomainError('overloaded', 'The listing is behind the ledger; repeat in a moment.', { retryAfter: 1 });
    }
    const { documents: rows, ...rest } = await this.listing.page(query, after);
    const states = new Map((await this.items.states(rows.map(({ _id }) => _id))).map((state) => [state.id, state]));
    const documents = rows
      .flatMap(({ _id }) => states.get(_id) ?? [])
      .filter((state) => state.deleted === (query.deleted ?? false));
    return { documents, ...rest };
  }

  async levels({
    itemId,
    limit = LIMITS.pageSizeDefault,
    cursor,
  }: ListLevels & { itemId: string }): Promise<LevelPage> {
    const position = this.ledger.head;
    const [state] = await this.items.states([itemId]);
    if (!state || state.deleted) throw new DomainError('not-found', `There is no item ${itemId}.`, { itemId });
    const after = cursor === undefined ? '' : Buffer.from(cursor, 'base64url').toString();
    const rest = levelsOf(state).filter(({ location }) => location > after);
    const data = rest.slice(0, limit);
    const last = data.at(-1);
    const nextCursor = rest.length > data.length && last ? Buffer.from(last.location).toString('base64url') : null;
    return { data, page: { limit, nextCursor }, position };
  }
}

function withItem({ reply, position, replayed }: Outcome): Done<Item> {
  if (!reply) throw new Error('a catalogue command came without its item');
  return { body: reply, position, replayed };
}

function shown(state: ItemState | undefined): Item | null {
  return state && !state.deleted ? itemOf(state) : null;
}

function sortValue(state: ItemState, sort: string): string | number | null {
  return state[sort.replace('-', '') as 'name' | 'sku' | 'quantity' | 'createdAt' | 'updatedAt'];
}

/** As many as a page may weigh, one at least. */
function withinBytes(items: Item[]): Item[] {
  let bytes = 0;
  const most = items.findIndex((item) => (bytes += Buffer.byteLength(JSON.stringify(item))) > LIMITS.pageBytes);
  return most === -1 ? items : items.slice(0, Math.max(1, most));
}

/** 24 hexadecimal digits, the first 8 of them the time in seconds: new ids stand together in the index. */
function newId(): string {
  return (
    Math.floor(Date.now() / 1_000)
      .toString(16)
      .padStart(8, '0') + randomBytes(8).toString('hex')
  );
}
