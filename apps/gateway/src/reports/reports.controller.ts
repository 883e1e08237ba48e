import { AskValuation, NoQuery, ReorderReport, ReportPage, reports, Summary, Valuation } from '@app/contracts';
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
}
