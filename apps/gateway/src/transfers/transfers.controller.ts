import {
  CloseTransfer,
  CreateTransfer,
  EndOrder,
  ListTransfers,
  NoQuery,
  ReceiveTransfer,
  Transfer,
  TransferPage,
  WriteQuery,
  transfers,
} from '@app/contracts';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { Roles } from '../auth/policy';
import { Reads, Writes } from '../http/documented';
import { CurrentExchange, type Exchange } from '../http/exchange';
import { IdPipe } from '../http/path-id';
import { validated } from '../http/validation';
import { CancelBody } from '../orders/cancel.dto';
import { Orders } from '../orders/orders.service';
import { CLOSE_TRANSFER_EXAMPLES, DISPATCH_EXAMPLES, RECEIVE_TRANSFER_EXAMPLES } from './transfer-examples';

/** The body of a receipt: none at all means everything. */
class ReceiveBody extends ReceiveTransfer {
  static read(value: unknown): ReceiveTransfer {
    return validated(ReceiveTransfer, value === undefined ? {} : value);
  }
}

@ApiTags('transfers')
@Controller('transfers')
@Roles('clerk')
export class TransfersController {
  constructor(private readonly orders: Orders) {}

  @Post()
  @ApiBody({ type: CreateTransfer, examples: DISPATCH_EXAMPLES })
  @Writes({
    id: 'createTransfer',
    summary: 'Send goods to another location: all lines or none',
    description:
      'They leave `from` at once and are `incoming` at `to` until they are received. Lines of the same item are summed. For goods ' +
      'that are there at once, a movement of type `transfer` does both.',
    status: 201,
    answer: Transfer,
    refuses: ['not-found', 'insufficient-stock', 'quantity-out-of-range'],
  })
  create(
    @Body() transfer: CreateTransfer,
    @Query() query: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Transfer> {
    return this.orders.run(exchange, transfers.dispatch, transfer, '/transfers', query);
  }

  @Get()
  @Roles('viewer')
  @Reads({
    id: 'listTransfers',
    summary: 'Transfers, the youngest first',
    description: 'By `status`, `itemId` and `location` (from there or to there), if wanted. Finished ones stay.',
    answer: TransferPage,
  })
  list(@Query() { ...query }: ListTransfers, @CurrentExchange() exchange: Exchange): Promise<TransferPage> {
    return this.orders.list(exchange, transfers.list, query);
  }

  @Get(':id')
  @Roles('viewer')
  @Reads({
    id: 'getTransfer',
    summary: 'A transfer, also a finished one',
    description: 'Of every line `quantity = received + returned + missing + open`.',
    answer: Transfer,
    refuses: ['not-found'],
  })
  get(
    @Param('id', IdPipe) id: string,
    @Query() _query: NoQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Transfer> {
    return this.orders.get(exchange, transfers.get, id);
  }

  @Post(':id/receive')
  @HttpCode(200)
  @ApiBody({ type: ReceiveTransfer, required: false, examples: RECEIVE_TRANSFER_EXAMPLES })
  @Writes({
    id: 'receiveTransfer',
    summary: 'Take in what has arrived, all of it or a part',
    description: 'Without a body, or without lines, everything. `exceeds-transfer`: more than is still under way.',
    answer: Transfer,
    refuses: ['not-found', 'transfer-closed', 'exceeds-transfer', 'quantity-out-of-range'],
  })
  receive(
    @Param('id', IdPipe) id: string,
    @Body() { ...body }: ReceiveBody,
    @Query() query: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Transfer> {
    return this.orders.run(exchange, transfers.receive, { id, ...body }, `/transfers/${id}/receive`, query);
  }

  @Post(':id/close')
  @HttpCode(200)
  @ApiBody({ type: CloseTransfer, examples: CLOSE_TRANSFER_EXAMPLES })
  @Writes({
    id: 'closeTransfer',
    summary: 'Record that the rest will not arrive',
    description: 'What is still under way is lost: it is not `incoming` any more, and on record as `missing`.',
    answer: Transfer,
    refuses: ['not-found', 'transfer-closed'],
  })
  close(
    @Param('id', IdPipe) id: string,
    @Body() { reason }: CloseTransfer,
    @Query() query: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Transfer> {
    return this.orders.run(exchange, transfers.close, { id, reason }, `/transfers/${id}/close`, query);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiBody({ type: EndOrder, required: false })
  @Writes({
    id: 'cancelTransfer',
    summary: 'Bring the rest back to where it left',
    description: '`not-found` also when that location was closed meanwhile.',
    answer: Transfer,
    refuses: ['not-found', 'transfer-closed', 'quantity-out-of-range'],
  })
  cancel(
    @Param('id', IdPipe) id: string,
    @Body() { ...body }: CancelBody,
    @Query() query: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Transfer> {
    return this.orders.run(exchange, transfers.cancel, { id, ...body }, `/transfers/${id}/cancel`, query);
  }
}
