import { TcpClient } from '@app/common';
import {
  BatchResult,
  CreateMovement,
  ListMovements,
  MovementBatch,
  MovementPage,
  MovementResult,
  ReverseMovement,
  WriteQuery,
  movements,
} from '@app/contracts';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiParam, ApiTags } from '@nestjs/swagger';
import { Roles } from '../auth/policy';
import { atLeast } from '../events/at-least';
import { EventFeed } from '../events/event-feed.service';
import { Commands } from '../http/commands.service';
import { Reads, Writes } from '../http/documented';
import { CurrentExchange, type Exchange } from '../http/exchange';
import { minPositionOf } from '../http/operation';
import { pageText, textsOf } from '../http/page-text';
import { PositionPipe } from '../http/path-id';
import { ItemReader } from '../items/item-reader.service';
import { MovementBatches, rowsOf } from './movement-batch.service';
import { MOVEMENT_REFUSALS, REVERSAL_REFUSALS } from './movement.errors';
import { MOVEMENT_EXAMPLES } from './movement-examples';

@ApiTags('movements')
@Controller('movements')
@Roles('clerk')
export class MovementsController {
  constructor(
    private readonly commands: Commands,
    private readonly inventory: TcpClient,
    private readonly batches: MovementBatches,
    private readonly reader: ItemReader,
    private readonly feed: EventFeed,
  ) {}

  @Post()
  @ApiBody({ type: CreateMovement, examples: MOVEMENT_EXAMPLES })
  @Writes({
    id: 'createMovement',
    summary: 'Move stock: all lines or none',
    description:
      'Lines of one item are summed before they are checked. An `effectiveAt` before a later count of a place changes the past, ' +
      'not today: the operation also records the `stock.counted` that makes up for it.',
    status: 201,
    answer: MovementResult,
    refuses: MOVEMENT_REFUSALS,
  })
  async create(
    @Body() movement: CreateMovement,
    @Query() { dryRun }: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<string> {
    const { json, touched } = await this.commands.move(exchange, movements.apply, movement, {
      path: '/movements',
      dryRun,
    });
    if (!dryRun) for (const { id, seq } of touched) this.reader.changed(id, seq);
    return json;
  }

  @Post('batch')
  @HttpCode(200)
  @ApiBody({ type: MovementBatch })
  @Writes({
    id: 'createMovements',
    summary: 'Move stock, up to 1,000 rows, each on its own',
    description:
      'Rows are answered in the order of the request. Under an `Idempotency-Key` row n has the key `<key>:<n>`; an ' +
      'answer of which every applied row is a repeat is `Idempotency-Replayed`. When the inventory fails midway, the rows that were applied say so and the others carry the problem (`timeout`: the outcome is ' +
      'not known): repeat the request with its key to complete it.',
    answer: BatchResult,
  })
  async batch(
    @Body() body: unknown,
    @Query() { dryRun }: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<BatchResult> {
    const result = await this.batches.run(exchange, rowsOf(body), dryRun);
    if (!dryRun) for (const { item } of result.results) if (item) this.reader.changed(item.id, item.seq);
    return result;
  }

  @Post(':position/reverse')
  @ApiParam({ name: 'position', schema: { type: 'integer', minimum: 1 }, example: 1042 })
  @Writes({
    id: 'reverseMovement',
    summary: 'Take back the movement at a position, once',
    description:
      'Records the opposite as `stock.reversed`, with `links.reverses`. Either position of a transfer takes back both of its events. ' +
      'It counts as at the time of the original, so a count made since holds: then a `stock.counted` makes up for it. ' +
      'Events of items, counts, reversals and what belongs to a reservation, a transfer or an expectation are `not-reversible`.',
    status: 201,
    answer: MovementResult,
    refuses: REVERSAL_REFUSALS,
  })
  async reverse(
    @Param('position', PositionPipe) position: number,
    @Body() { reason }: ReverseMovement,
    @Query() { dryRun }: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<string> {
    const path = `/movements/${position}/reverse`;
    const command = { position, reason };
    const { json, touched } = await this.commands.move(exchange, movements.reverse, command, { path, dryRun });
    if (!dryRun) for (const { id, seq } of touched) this.reader.changed(id, seq);
    return json;
  }

  @Get()
  @Roles('viewer')
  @Reads({
    id: 'listMovements',
    summary: 'The history of all stock',
    description:
      'What moved stock, newest first unless `order=asc`; all filters have to match. A page may be short where they match little: go on while there is a cursor.',
    answer: MovementPage,
  })
  async list(@Query() query: ListMovements, @CurrentExchange() { request, reply }: Exchange): Promise<string> {
    const { events, ...page } = await atLeast(minPositionOf(request.headers), this.feed, () =>
      this.inventory.call(movements.list, query, { requestId: request.id }),
    );
    return pageText(reply, { ...page, data: textsOf(events) });
  }
}
