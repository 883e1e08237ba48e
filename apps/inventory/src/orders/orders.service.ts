import { DomainError } from '@app/common';
import { LIMITS, type Ordered, type OrderPage, type Shown } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { boundCursor, placeIn, type Question } from '../ledger/bound-cursor';
import { LedgerService } from '../ledger/ledger.service';
import { LedgerWriter } from '../ledger/ledger.writer';
import { RULES, type OrderCommand, type OrderKind, type ViewOf } from './kinds';
import { OrdersRepository, type OrderQuery } from './orders.repository';

/** A page of a list, as asked for. */
export interface AskPage<Kind extends OrderKind> extends Omit<OrderQuery<Kind>, 'before' | 'limit'> {
  limit?: number;
  cursor?: string;
}

/** Changes orders of every kind, and shows them. */
@Injectable()
export class OrdersService {
  constructor(
    private readonly writer: LedgerWriter,
    private readonly ledger: LedgerService,
    private readonly repository: OrdersRepository,
  ) {}

  async change<Kind extends OrderKind>(command: OrderCommand & { kind: Kind }): Promise<Ordered<ViewOf<Kind>>> {
    const { reply, position, replayed, figures } = await this.writer.submit(command);
    if (!reply || !('actor' in reply)) throw new Error(`a ${command.kind} was changed and did not come back`);
    // The reply to a command is the view of its kind: see `orderAfter` of the plan.
    const body = reply as ViewOf<Kind>;
    return { body, position, replayed, touched: figures.map(({ id, seq }) => ({ id, seq })) };
  }

  /** The head first and the document after: what it shows is at least that. */
  async get<Kind extends OrderKind>(kind: Kind, id: string): Promise<Shown<ViewOf<Kind>>> {
    const position = await this.ledger.latest();
    const [state] = await this.repository.states(kind, [id]);
    if (!state) throw new DomainError('not-found', `There is no ${kind} ${id}.`, { [RULES[kind].link]: id });
    return { body: RULES[kind].viewOf(state), position };
  }

  async list<Kind extends OrderKind>(
    kind: Kind,
    { limit = LIMITS.pageSizeDefault, cursor, ...filter }: AskPage<Kind>,
  ): Promise<OrderPage & { data: ViewOf<Kind>[] }> {
    const position = await this.ledger.latest();
    const question = { list: kind, ...filter };
    const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : placeOf(question, cursor);
    const found = await this.repository.page(kind, { ...filter, before, limit: limit + 1 });
    const data: ViewOf<Kind>[] = [];
    let bytes = 0;
    for (const state of found.slice(0, limit)) {
      const view = RULES[kind].viewOf(state);
      bytes += JSON.stringify(view).length;
      // Cut by weight: the next page goes on after the last one given.
      if (bytes > LIMITS.pageBytes && data.length > 0) break;
      data.push(view);
    }
    const last = found[data.length - 1];
    const nextCursor = found.length > data.length && last ? boundCursor(question, [last.since]) : null;
    return { data, page: { limit, nextCursor }, position };
  }
}

function placeOf(question: Question, cursor: string): number {
  return placeIn(question, cursor, ([since]) => (typeof since === 'number' ? since : undefined));
}
