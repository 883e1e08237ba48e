import { DomainError } from '@app/common';
import {
  isId,
  LIMITS,
  type AskValuation,
  type CostMethod,
  type Reported,
  type Valuation,
  type Valued,
  type ValuationTotal,
} from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { boundCursor, placeIn, type Question } from '../ledger/bound-cursor';
import { LedgerRepository } from '../ledger/ledger.repository';
import { LedgerService } from '../ledger/ledger.service';
import { Calculations, WAIT_MS } from './calculations';
import { costsBy, toMoney } from './cost';
import { ReportsRepository, type Named } from './reports.repository';

/** A page ends early when it has taken so long. */
const PAGE_MS = 1_000;
/** A calculation is given up after this long. */
const MOST_MS = 60_000;
/** Items whose events are looked for in one query. */
const CHUNK = 50;

interface Costed {
  itemId: string;
  quantity: number;
  value: number;
}

interface Rows {
  data: Valued[];
  next: string | null;
}

type Totalled = ValuationTotal & { position: number };

/** What the stock on hand cost, from the ledger: item by item, so that memory holds one item's at a time. */
@Injectable()
export class ValuationService {
  private readonly totals = new Calculations<Totalled>();
  private readonly pages = new Calculations<Rows>();
  private stopped = false;

  constructor(
    private readonly reports: ReportsRepository,
    private readonly repository: LedgerRepository,
    private readonly ledger: LedgerService,
  ) {}

  /** Ends a calculation that is under way. */
  stop(): void {
    this.stopped = true;
  }

  async valuation({
    method = 'average',
    asOf,
    limit = LIMITS.pageSizeDefault,
    cursor,
  }: AskValuation): Promise<Reported<Valuation>> {
    const question = { report: 'valuation', method, asOf, epoch: this.ledger.epoch };
    const head = await this.ledger.latest();
    const now = new Date().toISOString();
    const past = asOf !== undefined && Date.parse(asOf) < Date.parse(now);
    const place = cursor === undefined ? undefined : placeOf(question, cursor);
    const total = place ? undefined : await this.total(method, past ? asOf : undefined, head);
    // The pages go on where the first one was, so that they add up to its total.
    const position = place?.position ?? total?.position ?? head;
    const { data, next } = await this.rows(method, position, limit, place?.itemId ?? '');
    const nextCursor = next === null ? null : boundCursor(question, [position, next]);
    const shown = total ? { items: total.items, quantity: total.quantity, value: total.value } : null;
    const report = { method, asOf: past ? asOf : now, position, data, page: { limit, nextCursor }, total: shown };
    return { report, position: past ? head : position };
  }

  /** One that takes long may be of a little earlier; it says of which position. */
  private async total(method: CostMethod, asOf: string | undefined, head: number): Promise<Totalled> {
    const calculate = async (): Promise<Totalled> => {
      const position = asOf === undefined ? this.ledger.head : await this.positionAsOf(asOf, head);
      return { ...(await this.sum(method, position)), position };
    };
    return ready(await this.totals.result(`${method}:${asOf ?? ''}`, WAIT_MS, calculate));
  }

  private async rows(method: CostMethod, position: number, limit: number, after: string): Promise<Rows> {
    const calculate = (): Promise<Rows> => this.page(method, position, limit, after);
    return ready(await this.pages.result([method, position, limit, after].join(), WAIT_MS, calculate));
  }

  private async positionAsOf(asOf: string, head: number): Promise<number> {
    const after = new Date(Date.parse(asOf) + 1).toISOString();
    return Math.min(head, (await this.repository.positionAt(after)) - 1);
  }

  private async sum(method: CostMethod, position: number): Promise<ValuationTotal> {
    const total = { items: 0, quantity: 0, value: 0 };
    for await (const { quantity, value } of this.costed(method, position)) {
      if (quantity === 0) continue;
      total.items++;
      total.quantity += quantity;
      total.value = toMoney(total.value + toMoney(value));
    }
    return total;
  }

  /** After one chunk of items at the soonest. */
  private async page(method: CostMethod, position: number, limit: number, after: string): Promise<Rows> {
    const until = Date.now() + PAGE_MS;
    const data: Valued[] = [];
    for (let last = after; ;) {
      const items = await this.reports.itemsAfter(last, CHUNK);
      const named = new Map(items.map((item) => [item.id, item]));
      for await (const costed of this.costed(method, position, [...named.keys()])) {
        const item = named.get(costed.itemId);
        if (costed.quantity === 0 || !item) continue;
        data.push(valued(item, costed));
        if (data.length > limit) return { data: data.slice(0, limit), next: data[limit - 1]?.itemId ?? null };
      }
      const end = items.at(-1);
      if (items.length < CHUNK || !end) return { data, next: null };
      last = end.id;
      if (Date.now() > until) return { data, next: last };
    }
  }

  private async *costed(method: CostMethod, upTo: number, itemIds?: readonly string[]): AsyncIterable<Costed> {
    const until = Date.now() + MOST_MS;
    let itemId = '';
    let costs = costsBy(method);
    for await (const fact of this.reports.costFacts(upTo, itemIds)) {
      if (fact.itemId !== itemId) {
        if (itemId !== '') yield { itemId, quantity: costs.quantity, value: costs.value };
        itemId = fact.itemId;
        costs = costsBy(method);
      }
      costs.take(fact);
      if (this.stopped || Date.now() > until)
        throw new DomainError('overloaded', 'The valuation takes too long.', { retryAfter: 60 });
    }
    if (itemId !== '') yield { itemId, quantity: costs.quantity, value: costs.value };
  }
}

function ready<Result>(result: Result | undefined): Result {
  if (result !== undefined) return result;
  throw new DomainError('overloaded', 'The valuation is being calculated; repeat in a moment.', { retryAfter: 2 });
}

function valued({ id, sku, name }: Named, { quantity, value }: Costed): Valued {
  return { itemId: id, sku, name, quantity, unitCost: toMoney(value / quantity), value: toMoney(value) };
}

interface Place {
  position: number;
  itemId: string;
}

function placeOf(question: Question, cursor: string): Place {
  return placeIn(question, cursor, ([position, itemId]) =>
    typeof position === 'number' && typeof itemId === 'string' && isId(itemId) ? { position, itemId } : undefined,
  );
}
