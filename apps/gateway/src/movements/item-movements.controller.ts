import { TcpClient } from '@app/common';
import { ListMovements, MoveItem, MovementPage, MovementResult, WriteQuery, movements } from '@app/contracts';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags, OmitType } from '@nestjs/swagger';
import { Roles } from '../auth/policy';
import { atLeast } from '../events/at-least';
import { EventFeed } from '../events/event-feed.service';
import { Commands } from '../http/commands.service';
import { Reads, Writes } from '../http/documented';
import { CurrentExchange, type Exchange } from '../http/exchange';
import { IdPipe } from '../http/path-id';
import { minPositionOf } from '../http/operation';
import { pageText, textsOf } from '../http/page-text';
import { ItemReader } from '../items/item-reader.service';
import { MOVEMENT_REFUSALS } from './movement.errors';

/** The item is named by the path, so a second one in the query is an unknown key. */
class ListItemMovements extends OmitType(ListMovements, ['itemId'] as const) {}

@ApiTags('movements')
@Controller('items/:id/movements')
@Roles('clerk')
export class ItemMovementsController {
  constructor(
    private readonly commands: Commands,
    private readonly inventory: TcpClient,
    private readonly reader: ItemReader,
    private readonly feed: EventFeed,
  ) {}

  @Post()
  @Writes({
    id: 'moveItem',
    summary: 'Move stock of one item',
    description: 'As `POST /movements` with one line, written flat.',
    status: 201,
    answer: MovementResult,
    refuses: MOVEMENT_REFUSALS,
  })
  async create(
    @Param('id', IdPipe) itemId: string,
    @Body() { reason, reference, note, effectiveAt, ...line }: MoveItem,
    @Query() { dryRun }: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<string> {
    const command = { lines: [{ ...line, itemId }], reason, reference, note, effectiveAt };
    const path = `/items/${itemId}/movements`;
    const { json, touched } = await this.commands.move(exchange, movements.apply, command, { path, dryRun });
    if (!dryRun) for (const { id, seq } of touched) this.reader.changed(id, seq);
    return json;
  }

  @Get()
  @Roles('viewer')
  @Reads({
    id: 'listItemMovements',
    summary: 'The history of one item',
    description: 'As `GET /movements`. Items that were deleted have a history, too; an id that never was one is 404.',
    answer: MovementPage,
  })
  async list(
    @Param('id', IdPipe) itemId: string,
    @Query() { ...filters }: ListItemMovements,
    @CurrentExchange() { request, reply }: Exchange,
  ): Promise<string> {
    const { events, ...page } = await atLeast(minPositionOf(request.headers), this.feed, () =>
      this.inventory.call(movements.list, { ...filters, itemId, mustExist: true }, { requestId: request.id }),
    );
    return pageText(reply, { ...page, data: textsOf(events) });
  }
}
