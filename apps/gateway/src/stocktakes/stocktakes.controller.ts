import {
  ApproveStocktake,
  ApprovedStocktake,
  CountFileQuery,
  CountResult,
  EnterCounts,
  ImportCheck,
  LIMITS,
  ListStocktakeLines,
  ListStocktakes,
  NoQuery,
  OpenStocktake,
  Stocktake,
  StocktakeLinePage,
  StocktakePage,
  WriteQuery,
  stocktakes,
} from '@app/contracts';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { Roles } from '../auth/policy';
import { Commands } from '../http/commands.service';
import { Reads, Writes } from '../http/documented';
import { CurrentExchange, type Exchange } from '../http/exchange';
import { NoBody } from '../http/no-body';
import { IdPipe } from '../http/path-id';
import { TakesUpload } from '../http/uploads';
import { validated } from '../http/validation';
import { describeFields } from '../imports/fields';
import { fileBody } from '../imports/file-body';
import { withUpload } from '../imports/upload';
import { Orders } from '../orders/orders.service';
import { checkOf, CountFiles, errorsOf, refusedFile, type CountFile } from './count-files.service';
import { APPROVE_EXAMPLES, COUNT_EXAMPLES, OPEN_EXAMPLES } from './stocktake-examples';

/** The body of an approval: none at all means what was counted. */
class ApproveBody extends ApproveStocktake {
  static read(value: unknown): ApproveStocktake {
    return validated(ApproveStocktake, value === undefined ? {} : value);
  }
}

@ApiTags('stocktakes')
@Controller('stocktakes')
@Roles('manager')
export class StocktakesController {
  constructor(
    private readonly commands: Commands,
    private readonly orders: Orders,
    private readonly files: CountFiles,
  ) {}

  @Post()
  @ApiBody({ type: OpenStocktake, examples: OPEN_EXAMPLES })
  @Writes({
    id: 'openStocktake',
    summary: 'Open a count of a location, or of a part of it',
    description:
      'What is expected of each item is frozen as of exactly `position`; stock goes on moving meanwhile. Up to ' +
      `${LIMITS.stocktakeLines} items: an approval books them as one operation.`,
    status: 201,
    answer: Stocktake,
    refuses: ['not-found', 'stocktake-too-large', 'too-many-stocktakes'],
  })
  open(
    @Body() stocktake: OpenStocktake,
    @Query() { dryRun }: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Stocktake> {
    return this.commands.run(exchange, stocktakes.open, { stocktake }, { path: '/stocktakes', dryRun });
  }

  @Get()
  @Roles('viewer')
  @Reads({
    id: 'listStocktakes',
    summary: 'Stocktakes, the newest first',
    description: 'By `status` and by `location`, if wanted. Those that are over stay.',
    answer: StocktakePage,
  })
  list(@Query() { ...query }: ListStocktakes, @CurrentExchange() exchange: Exchange): Promise<StocktakePage> {
    return this.orders.list(exchange, stocktakes.list, query);
  }

  @Get(':id')
  @Roles('viewer')
  @Reads({
    id: 'getStocktake',
    summary: 'A stocktake, also a closed one',
    description: 'How much of it is counted, and who opened and closed it; its sheet is at `/lines`.',
    answer: Stocktake,
    refuses: ['not-found'],
  })
  get(
    @Param('id', IdPipe) id: string,
    @Query() _query: NoQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Stocktake> {
    return this.orders.get(exchange, stocktakes.get, id);
  }

  @Get(':id/lines')
  @Roles('viewer')
  @Reads({
    id: 'listStocktakeLines',
    summary: 'What is to be counted and what was, by name',
    description: '`variance` is what was counted less what the ledger had at that moment, not less what was expected.',
    answer: StocktakeLinePage,
    refuses: ['not-found'],
  })
  lines(
    @Param('id', IdPipe) id: string,
    @Query() { ...query }: ListStocktakeLines,
    @CurrentExchange() exchange: Exchange,
  ): Promise<StocktakeLinePage> {
    return this.orders.list(exchange, stocktakes.lines, { ...query, id });
  }

  @Post(':id/counts')
  @HttpCode(200)
  @Roles('clerk')
  @ApiBody({ type: EnterCounts, examples: COUNT_EXAMPLES })
  @Writes({
    id: 'enterCounts',
    summary: 'Enter what was counted: all or none',
    description:
      'Each count is compared with what the ledger has on hand at that moment, so enter it when it is made. `add` is for ' +
      'scanning piece by piece, by as many people as like. An item that is not on the sheet is added to it, as `unexpected`.',
    answer: CountResult,
    refuses: ['not-found', 'stocktake-closed', 'stocktake-too-large'],
  })
  count(
    @Param('id', IdPipe) id: string,
    @Body() { counts }: EnterCounts,
    @Query() { dryRun }: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<CountResult> {
    return this.commands.run(exchange, stocktakes.count, { id, counts }, { path: `/stocktakes/${id}/counts`, dryRun });
  }

  @Post(':id/counts.csv')
  @HttpCode(200)
  @Roles('clerk')
  @TakesUpload()
  @Writes({
    id: 'enterCountsCsv',
    summary: 'Enter counts from a file: all or none',
    description:
      `A CSV file in UTF-8 of up to ${LIMITS.countRows} rows. Where anything is wrong nothing is counted, and \`errors\` names ` +
      'line and column. A row without a quantity was not counted and is passed over. An item in several rows is an error, ' +
      `unless \`mode=add\` sums them. Columns:\n\n${describeFields('counts')}`,
    answer: CountResult,
    dryAnswer: ImportCheck,
    body: fileBody('sku,quantity\n85123A,9\n71053,24\n'),
    refuses: [
      'not-found',
      'stocktake-closed',
      'stocktake-too-large',
      'too-large',
      'unsupported-media-type',
      'overloaded',
    ],
  })
  async countFile(
    @Param('id', IdPipe) id: string,
    @Query() query: CountFileQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<CountResult | ImportCheck> {
    const { dryRun } = query;
    const file = await withUpload(exchange.request, (upload) => this.files.read(upload, query));
    if (file.errors.length > 0) {
      if (!dryRun) throw refusedFile(file.errors);
      exchange.reply.status(200);
      return checkOf(file, file.errors);
    }
    try {
      const result = await this.countAll(exchange, id, file, dryRun);
      return dryRun ? checkOf(file, []) : result;
    } catch (error) {
      const errors = errorsOf(error, file);
      if (!errors) throw error;
      if (!dryRun) throw refusedFile(errors);
      exchange.reply.status(200);
      return checkOf(file, errors);
    }
  }

  @Post(':id/approve')
  @HttpCode(200)
  @ApiBody({ type: ApproveStocktake, required: false, examples: APPROVE_EXAMPLES })
  @Writes({
    id: 'approveStocktake',
    summary: 'Book what was counted, as one operation',
    description:
      'For each line a `stock.counted` with `links.stocktakeId`, also without a difference: on hand changes by what was counted ' +
      'less what was there at the moment of the count, so what has moved since stays. All lines or none; what is refused names ' +
      'the line, and all of them in `lines`. With `dryRun=true`: what would be booked.',
    answer: ApprovedStocktake,
    refuses: [
      'not-found',
      'stocktake-closed',
      'stocktake-empty',
      'reserved-exceeds-stock',
      'insufficient-stock',
      'quantity-out-of-range',
      'overloaded',
    ],
  })
  approve(
    @Param('id', IdPipe) id: string,
    @Body() { ...approval }: ApproveBody,
    @Query() query: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<ApprovedStocktake> {
    return this.orders.run(exchange, stocktakes.approve, { id, ...approval }, `/stocktakes/${id}/approve`, query);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Writes({
    id: 'cancelStocktake',
    summary: 'Give it up: nothing is booked',
    description: 'What was entered stays on its sheet. One that is over is 409 `stocktake-closed`.',
    answer: Stocktake,
    refuses: ['not-found', 'stocktake-closed'],
  })
  cancel(
    @Param('id', IdPipe) id: string,
    @Query() { dryRun }: WriteQuery,
    @NoBody() _nothing: void,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Stocktake> {
    return this.commands.run(exchange, stocktakes.cancel, { id }, { path: `/stocktakes/${id}/cancel`, dryRun });
  }

  private countAll(
    exchange: Exchange,
    id: string,
    { counts }: CountFile,
    dryRun: boolean | undefined,
  ): Promise<CountResult> {
    const options = { path: `/stocktakes/${id}/counts.csv`, dryRun, content: counts };
    return this.commands.run(exchange, stocktakes.count, { id, counts }, options);
  }
}
