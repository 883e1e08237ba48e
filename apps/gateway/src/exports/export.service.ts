import { DomainError, TcpClient, type Logger } from '@app/common';
import {
  items,
  movements,
  type ExportItems,
  type ExportMovements,
  type Item,
  type ItemQuery,
  type LedgerEvent,
} from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { Readable } from 'node:stream';
import { InjectLog } from '../core/log';
import { atLeast } from '../events/at-least';
import { EventFeed } from '../events/event-feed.service';

/** Some rows, and how to go on. */
interface Page<Row> {
  rows: Row[];
  next: string | null;
  position: number;
}

type ReadPage<Row> = (cursor: string | undefined) => Promise<Page<Row>>;

/** An export that has begun: the state it shows at least, and its text. */
export interface Export {
  position: number;
  body: Readable;
}

export interface ExportContext {
  requestId: string;
  minPosition: number | undefined;
}

/** How rows become text. `head` comes before the first. */
export interface Format<Row> {
  head: string;
  text: (rows: readonly Row[]) => string;
}

/** Rows in one call to the inventory. */
const ROWS = 500;
/** Each reads on as fast as its client takes it: more at once would leave the inventory little for others. */
const MOST = 4;
/** A client that takes nothing for this long is gone, or as good as. */
const STALLED_MS = 60_000;

/** Reads all of a list, page by page, only as fast as the client takes it; no more than two pages are in memory. */
@Injectable()
export class Exports {
  private open = 0;

  constructor(
    private readonly inventory: TcpClient,
    private readonly feed: EventFeed,
    @InjectLog() private readonly log: Logger,
  ) {}

  /** @throws DomainError as the inventory does for the first page; `overloaded` */
  items(filters: ExportItems, format: Format<Item>, context: ExportContext): Promise<Export> {
    const { requestId } = context;
    const query = { ...filters, limit: ROWS, sort: orderOf(filters) };
    const read: ReadPage<Item> = async (cursor) => {
      const { data, page, position } = await this.inventory.call(items.list, { ...query, cursor }, { requestId });
      return { rows: JSON.parse(data) as Item[], next: page.nextCursor, position };
    };
    return this.begin(read, format, context);
  }

  /** In the order of the ledger, up to where it was at the beginning: who goes on writing does not make it endless. */
  movements(filters: ExportMovements, format: Format<LedgerEvent>, context: ExportContext): Promise<Export> {
    const { requestId } = context;
    const query = { ...filters, limit: ROWS, order: 'asc' } as const;
    let end: number | undefined;
    const read: ReadPage<LedgerEvent> = async (cursor) => {
      const { events, page, position } = await this.inventory.call(movements.list, { ...query, cursor }, { requestId });
      const last = (end ??= position);
      const shown = events.filter((event) => event.position <= last);
      const rows = shown.map(({ json }) => JSON.parse(json) as LedgerEvent);
      return { rows, next: shown.length < events.length ? null : page.nextCursor, position };
    };
    return this.begin(read, format, context);
  }

  /** The first page is read before anything is answered, so that what goes wrong until then has a status of its own. */
  private async begin<Row>(
    read: ReadPage<Row>,
    format: Format<Row>,
    { requestId, minPosition }: ExportContext,
  ): Promise<Export> {
    if (this.open >= MOST) {
      throw new DomainError('overloaded', `${MOST} exports are under way here already.`, { retryAfter: 5 });
    }
    this.open++;
    try {
      const first = await atLeast(minPosition, this.feed, () => read(undefined));
      const body = Readable.from(this.texts(first, read, format, requestId, () => body.destroy()));
      body.once('close', () => this.open--);
      return { position: first.position, body };
    } catch (error) {
      this.open--;
      throw error;
    }
  }

  /** A failure ends the stream with an error, and that the connection: the client must not take a part for the whole. */
  private async *texts<Row>(
    first: Page<Row>,
    read: ReadPage<Row>,
    { head, text }: Format<Row>,
    requestId: string,
    giveUp: () => void,
  ): AsyncGenerator<string> {
    let stalled: NodeJS.Timeout | undefined;
    try {
      for (let page = first; ; page = await read(page.next ?? undefined)) {
        const chunk = (page === first ? head : '') + text(page.rows);
        stalled = setTimeout(giveUp, STALLED_MS);
        if (chunk !== '') yield chunk;
        clearTimeout(stalled);
        if (page.next === null) return;
      }
    } catch (error) {
      this.log.warn({ err: error, requestId }, 'an export was broken off');
      throw error;
    } finally {
      clearTimeout(stalled);
    }
  }
}

/**
 * By creation: what is renamed meanwhile is neither missed nor there twice. With a category or tag by name, as only that order
 * has an index for them.
 */
function orderOf({ category, tag }: ExportItems): NonNullable<ItemQuery['sort']> {
  return category === undefined && tag === undefined ? 'createdAt' : 'name';
}
