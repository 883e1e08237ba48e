import { DomainError, invalid } from '@app/common';
import {
  isTime,
  LIMITS,
  type AskClasses,
  type AskDeadStock,
  type AskPeriod,
  type AskTurnover,
  type ClassReport,
  type DeadStock,
  type PageInfo,
  type Reported,
  type ReportPage,
  type TurnoverReport,
} from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { boundCursor, placeIn, type Question } from '../ledger/bound-cursor';
import { LedgerService } from '../ledger/ledger.service';
import { Calculations, WAIT_MS } from './calculations';
import { ConsumptionRepository, type Stretch } from './consumption.repository';
import { turnoverOf, type Period } from './turnover';

const DAY_MS = 86_400_000;
const PERIOD_DAYS = 365;
const DEAD_DAYS = 90;
const CLASS_A = 80;
const CLASS_B = 95;

/** A page of a report: what was asked, of which time, and which of its rows. */
interface Asked {
  question: Question;
  period: Period;
  stretch: Stretch;
}

type Answers<Find extends (...parts: never[]) => Promise<unknown>> = Calculations<
  Asked & { found: Awaited<ReturnType<Find>> }
>;

/** What was sold and what was not. All pages of an answer are of the position and of the period of the first one. */
@Injectable()
export class ConsumptionService {
  private readonly turnovers: Answers<ConsumptionRepository['turnover']> = new Calculations();
  private readonly classes: Answers<ConsumptionRepository['classes']> = new Calculations();
  private readonly dead: Answers<ConsumptionRepository['deadStock']> = new Calculations();

  constructor(
    private readonly consumption: ConsumptionRepository,
    private readonly ledger: LedgerService,
  ) {}

  async turnover({ limit, cursor, ...question }: AskTurnover): Promise<Reported<TurnoverReport>> {
    const asked = await this.asked({ report: 'turnover', ...question }, periodOf(question), { limit, cursor });
    const { found, ...page } = await calculated(this.turnovers, asked, ({ period, stretch }) =>
      this.consumption.turnover(period, stretch),
    );
    const { items, ...turned } = found.total;
    const data = found.rows.map(({ itemId, sku, name, unitCost, ...figures }) => {
      return { itemId, sku, name, unitCost, ...turnoverOf(figures, page.period) };
    });
    return reported(page, items, { ...page.period, data, total: { items, ...turnoverOf(turned, page.period) } });
  }

  async abc({ limit, cursor, ...question }: AskClasses): Promise<Reported<ClassReport>> {
    const { a = CLASS_A, b = Math.max(CLASS_B, a) } = question;
    if (b < a) throw invalid('b', 'must not be below a');
    const asked = await this.asked({ report: 'abc', ...question }, periodOf(question), { limit, cursor });
    const { found, ...page } = await calculated(this.classes, asked, ({ period, stretch }) =>
      this.consumption.classes(period, { a, b }, stretch),
    );
    const { A, B, C } = found.classes;
    const items = A.items + B.items + C.items;
    return reported(page, items, { ...page.period, a, b, data: found.rows, classes: found.classes });
  }

  async deadStock({ limit, cursor, ...question }: AskDeadStock): Promise<Reported<DeadStock>> {
    if (question.since !== undefined && question.days !== undefined)
      throw invalid('days', 'must not be given together with since');
    const now = Date.now();
    const since = timeOf(question.since, now) ?? isoAt(now - (question.days ?? DEAD_DAYS) * DAY_MS);
    const asked = await this.asked(
      { report: 'dead-stock', ...question },
      { from: since, to: isoAt(now) },
      { limit, cursor },
    );
    const { found, ...page } = await calculated(this.dead, asked, ({ period, stretch }) =>
      this.consumption.deadStock(period.from, stretch),
    );
    return reported(page, found.total.items, { since: page.period.from, data: found.rows, total: found.total });
  }

  private async asked(
    asked: Question,
    period: Period,
    { limit = LIMITS.pageSizeDefault, cursor }: ReportPage,
  ): Promise<Asked> {
    const question = { ...asked, epoch: this.ledger.epoch };
    if (cursor === undefined)
      return { question, period, stretch: { upTo: await this.ledger.latest(), skip: 0, limit } };
    return placeIn(question, cursor, ([upTo, skip, from, to]) => {
      if (typeof upTo !== 'number' || typeof skip !== 'number' || skip < 0 || !isTime(from) || !isTime(to)) return;
      return { question, period: { from, to }, stretch: { upTo, skip, limit } };
    });
  }
}

/** One that takes long may be of a little earlier: the answer says of which position and of which time. */
async function calculated<Found>(
  calculations: Calculations<Asked & { found: Found }>,
  asked: Asked,
  find: (asked: Asked) => Promise<Found>,
): Promise<Asked & { found: Found }> {
  const { question, period, stretch } = asked;
  const key = JSON.stringify([question, stretch.skip, stretch.limit, stretch.skip > 0 && [stretch.upTo, period]]);
  const result = await calculations.result(key, WAIT_MS, async () => ({ ...asked, found: await find(asked) }));
  if (result) return result;
  throw new DomainError('overloaded', 'The report is being calculated; repeat in a moment.', { retryAfter: 2 });
}

/** @throws DomainError `validation` for a period that does not begin before it ends */
function periodOf(question: AskPeriod): Period {
  const now = Date.now();
  const to = timeOf(question.to, now) ?? isoAt(now);
  const from = question.from ?? isoAt(Date.parse(to) - PERIOD_DAYS * DAY_MS);
  if (from >= to) throw invalid('from', 'must be before to, and not in the future');
  return { from, to };
}

/** A time that was asked for; now for one in the future. */
function timeOf(asked: string | undefined, now: number): string | undefined {
  return asked !== undefined && Date.parse(asked) > now ? isoAt(now) : asked;
}

function isoAt(ms: number): string {
  return new Date(ms).toISOString();
}

function reported<Report extends { data: unknown[] }>(
  { question, period: { from, to }, stretch: { upTo, skip, limit } }: Asked,
  items: number,
  report: Report,
): Reported<Report & { page: PageInfo; position: number }> {
  const next = skip + report.data.length;
  const nextCursor = next < items ? boundCursor(question, [upTo, next, from, to]) : null;
  return { report: { ...report, position: upTo, page: { limit, nextCursor } }, position: upTo };
}
