import { DomainError } from '@app/common';
import {
  LIMITS,
  type ReorderReport,
  type Reported,
  type ReportPage,
  type Suggestion,
  type Summary,
} from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { decodeCursor, encodeCursor } from '../items/cursor';
import { ItemsRepository } from '../items/items.repository';
import { ListingRepository } from '../items/listing.repository';
import { ListingService } from '../items/listing.service';
import type { Keyset } from '../items/paging';
import { LedgerService } from '../ledger/ledger.service';
import { suggestionFor } from './reorder';
import { ReportsRepository } from './reports.repository';

/** How long a report waits for the listing, and how long it looks for suggestions before the page ends. */
const LISTING_MS = 1_500;
const SEARCH_MS = 1_000;
const CHUNK = 200;

@Injectable()
export class ReportsService {
  constructor(
    private readonly reports: ReportsRepository,
    private readonly items: ItemsRepository,
    private readonly listing: ListingRepository,
    private readonly listingService: ListingService,
    private readonly ledger: LedgerService,
  ) {}

  async summary(): Promise<Reported<Summary>> {
    const report = await this.reports.summary();
    return { report, position: report.position };
  }

  /**
   * By name. What is low on projected stock is low on what is available, too, since nothing on its way is negative: so the
   * listing's index of what is low finds all of it.
   */
  async reorder({ limit = LIMITS.pageSizeDefault, cursor }: ReportPage): Promise<Reported<ReorderReport>> {
    const begin = cursor === undefined ? undefined : decodeCursor({}, cursor);
    const position = await this.ledger.latest();
    if (!(await this.listingService.upTo(position, LISTING_MS)))
      throw new DomainError('overloaded', 'The listing is behind the ledger; repeat in a moment.', { retryAfter: 1 });
    const { data, next } = await this.suggestions(limit, begin);
    const nextCursor = next ? encodeCursor({}, next) : null;
    return { report: { data, page: { limit, nextCursor }, position }, position };
  }

  private async suggestions(limit: number, begin?: Keyset): Promise<{ data: Suggestion[]; next: Keyset | null }> {
    const until = Date.now() + SEARCH_MS;
    const data: Suggestion[] = [];
    for (let after = begin; ;) {
      const { rows, next } = await this.listing.page({ lowStock: true, sort: 'name', limit: CHUNK }, after);
      const states = new Map((await this.items.states(rows.map(({ id }) => id))).map((state) => [state.id, state]));
      for (const row of rows) {
        const item = states.get(row.id);
        const suggestion = item && !item.deleted ? suggestionFor(item) : undefined;
        if (suggestion) data.push(suggestion);
        if (data.length === limit) return { data, next: row === rows.at(-1) && !next ? null : row };
      }
      if (!next || Date.now() > until) return { data, next };
      after = next;
    }
  }
}
