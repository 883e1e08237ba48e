import {
  AskClasses,
  AskDeadStock,
  AskTurnover,
  AskValuation,
  ClassReport,
  DeadStock,
  NoQuery,
  ReorderReport,
  ReportPage,
  reports,
  Summary,
  TurnoverReport,
  Valuation,
} from '@app/contracts';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Roles } from '../auth/policy';
import { Reads } from '../http/documented';
import { CurrentExchange, type Exchange } from '../http/exchange';
import { ReportReader } from './report-reader.service';

@ApiTags('reports')
@Controller('reports')
@Roles('viewer')
export class ReportsController {
  constructor(private readonly reader: ReportReader) {}

  @Get('summary')
  @Reads({
    id: 'getSummary',
    summary: 'All items together, at one position of the ledger',
    description: 'How many items and pieces, what they are worth at their prices, how many are low and how many out.',
    answer: Summary,
    refuses: ['overloaded'],
  })
  summary(@Query() _query: NoQuery, @CurrentExchange() exchange: Exchange): Promise<Summary> {
    return this.reader.read(exchange, reports.summary, {});
  }

  @Get('reorder')
  @Reads({
    id: 'getReorderReport',
    summary: 'What to order, by name',
    description:
      'Items whose `projected` stock (available + incoming) is at or below their reorder level. Suggested is `reorderQuantity`, or what ' +
      'fills up to the level, in whole packs of `attributes.packSize`. A page may be short: go on while there is a `nextCursor`.',
    answer: ReorderReport,
    refuses: ['overloaded'],
  })
  reorder(@Query() { ...page }: ReportPage, @CurrentExchange() exchange: Exchange): Promise<ReorderReport> {
    return this.reader.read(exchange, reports.reorder, page);
  }

  @Get('valuation')
  @Reads({
    id: 'getValuation',
    summary: 'What the stock on hand cost',
    description:
      'From the ledger, as recorded up to `asOf`. Pieces cost what their receipt said (`unitCost`), else what the others cost, else the ' +
      'item’s `unitPrice` then. All pages are of the position of the first. A large ledger may need several tries (503 with Retry-After).',
    answer: Valuation,
    refuses: ['overloaded'],
  })
  valuation(@Query() { ...question }: AskValuation, @CurrentExchange() exchange: Exchange): Promise<Valuation> {
    return this.reader.read(exchange, reports.valuation, question);
  }

  @Get('turnover')
  @Reads({
    id: 'getTurnoverReport',
    summary: 'How stock turned over in a period',
    description:
      'Cost of goods issued ÷ average inventory, of each item and of all, and how many days the stock lasts at that rate. By the time ' +
      'at which things happened (`effectiveAt`); what was taken back counts as if it had not happened. The most issued first, by value. ' +
      'All pages are of the position and of the period of the first.',
    answer: TurnoverReport,
    refuses: ['overloaded'],
  })
  turnover(@Query() { ...question }: AskTurnover, @CurrentExchange() exchange: Exchange): Promise<TurnoverReport> {
    return this.reader.read(exchange, reports.turnover, question);
  }

  @Get('abc')
  @Reads({
    id: 'getClassReport',
    summary: 'Items in classes A, B and C, by the value that was issued of them',
    description:
      'The items that most was issued of by value come first: they are of class A until `a` % of the value of all is reached, then of ' +
      'class B until `b` %, and the rest of class C. All pages are of the position and of the period of the first.',
    answer: ClassReport,
    refuses: ['overloaded'],
  })
  abc(@Query() { ...question }: AskClasses, @CurrentExchange() exchange: Exchange): Promise<ClassReport> {
    return this.reader.read(exchange, reports.abc, question);
  }

  @Get('dead-stock')
  @Reads({
    id: 'getDeadStockReport',
    summary: 'Items on hand of which nothing was issued for long',
    description: 'What is worth most comes first. All pages are of the position of the first.',
    answer: DeadStock,
    refuses: ['overloaded'],
  })
  deadStock(@Query() { ...question }: AskDeadStock, @CurrentExchange() exchange: Exchange): Promise<DeadStock> {
    return this.reader.read(exchange, reports.deadStock, question);
  }
}
