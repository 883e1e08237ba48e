import { TcpClient } from '@app/common';
import {
  BatchResult,
  CreateMovement,
  ListMovements,
  MovementBatch,
  MovementPage,
  MovementResult,
  WriteQuery,
  movements,
} from '@app/contracts';
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { Roles } from '../auth/policy';
import { atLeast } from '../events/at-least';
import { EventFeed } from '../events/event-feed.service';
import { Commands } from '../http/commands.service';
import { Reads, Writes } from '../http/documented';
import { CurrentExchange, type Exchange } from '../http/exchange';
import { minPositionOf } from '../http/operation';
import { ItemReader } from '../items/item-reader.service';
import { MovementBatches, rowsOf } from './movement-batch.service';
import { MOVEMENT_REFUSALS } from './movement.errors';

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
  @Writes({
    id: 'createMovement',
    summary: 'Move stock: all lines or none',
    status: 201,
    answer: MovementResult,
    refuses: MOVEMENT_REFUSALS,
  })
  async create(
    @Body() movement: CreateMovement,
    @Query() { dryRun }: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<string> {
    const { json, touched } = await this.commands.move(exchange, movement, { path: '/movements', dryRun });
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
      'Rows are answered in the order of the request. Under an `Idempotency-Key` row n has the key `<key>:<n>`. When the ' +
      'inventory fails midway, the rows that were applied say so and the others carry the problem (`timeout`: the outcome is ' +
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

  @Get()
  @Roles('viewer')
  @Reads({ id: 'listMovements', summary: 'The history of all stock', answer: MovementPage })
  async list(@Query() query: ListMovements, @CurrentExchange() { request, reply }: Exchange): Promise<MovementPage> {
    const page = await atLeast(minPositionOf(request.headers), this.feed, () =>
      this.inventory.call(movements.list, query, { requestId: request.id }),
    );
    reply.header('x-position', page.position);
    return page;
  }
}
