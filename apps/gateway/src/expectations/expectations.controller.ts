import {
  CreateExpectation,
  EndOrder,
  Expectation,
  ExpectationPage,
  ListExpectations,
  NoQuery,
  ReceiveExpectation,
  WriteQuery,
  expectations,
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
import { EXPECT_EXAMPLES, RECEIVE_EXPECTATION_EXAMPLES } from './expectation-examples';

/** The body of a receipt: none at all means everything. */
class ReceiveBody extends ReceiveExpectation {
  static read(value: unknown): ReceiveExpectation {
    return validated(ReceiveExpectation, value === undefined ? {} : value);
  }
}

@ApiTags('expectations')
@Controller('expectations')
@Roles('clerk')
export class ExpectationsController {
  constructor(private readonly orders: Orders) {}

  @Post()
  @ApiBody({ type: CreateExpectation, examples: EXPECT_EXAMPLES })
  @Writes({
    id: 'createExpectation',
    summary: 'Expect goods from outside: all lines or none',
    description:
      'They are `incoming` until they are received or cancelled. Lines of the same item and location are summed; they have one cost.',
    status: 201,
    answer: Expectation,
    refuses: ['not-found', 'quantity-out-of-range'],
  })
  create(
    @Body() expectation: CreateExpectation,
    @Query() query: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Expectation> {
    return this.orders.run(exchange, expectations.expect, expectation, '/expectations', query);
  }

  @Get()
  @Roles('viewer')
  @Reads({
    id: 'listExpectations',
    summary: 'Expectations, the youngest first',
    description: 'By `status`, `itemId` and `location`, if wanted. Finished ones stay.',
    answer: ExpectationPage,
  })
  list(@Query() { ...query }: ListExpectations, @CurrentExchange() exchange: Exchange): Promise<ExpectationPage> {
    return this.orders.list(exchange, expectations.list, query);
  }

  @Get(':id')
  @Roles('viewer')
  @Reads({
    id: 'getExpectation',
    summary: 'An expectation, also a finished one',
    description: 'With what of each line was received or cancelled, and what is still open.',
    answer: Expectation,
    refuses: ['not-found'],
  })
  get(
    @Param('id', IdPipe) id: string,
    @Query() _query: NoQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Expectation> {
    return this.orders.get(exchange, expectations.get, id);
  }

  @Post(':id/receive')
  @HttpCode(200)
  @ApiBody({ type: ReceiveExpectation, required: false, examples: RECEIVE_EXPECTATION_EXAMPLES })
  @Writes({
    id: 'receiveExpectation',
    summary: 'Take in what was delivered, all of it or a part',
    description:
      'Without a body, or without lines, everything. Each line may have a cost of its own, else it is that of the order. ' +
      '`exceeds-expectation`: more than is still expected; with `acceptMore: true` it is taken in. What was not ordered at all is a ' +
      'movement of type `receive`.',
    answer: Expectation,
    refuses: ['not-found', 'expectation-closed', 'exceeds-expectation', 'quantity-out-of-range'],
  })
  receive(
    @Param('id', IdPipe) id: string,
    @Body() { ...body }: ReceiveBody,
    @Query() query: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Expectation> {
    return this.orders.run(exchange, expectations.receive, { id, ...body }, `/expectations/${id}/receive`, query);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiBody({ type: EndOrder, required: false })
  @Writes({
    id: 'cancelExpectation',
    summary: 'Expect the rest no longer',
    description: 'What has been received stays.',
    answer: Expectation,
    refuses: ['not-found', 'expectation-closed'],
  })
  cancel(
    @Param('id', IdPipe) id: string,
    @Body() { ...body }: CancelBody,
    @Query() query: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Expectation> {
    return this.orders.run(exchange, expectations.cancel, { id, ...body }, `/expectations/${id}/cancel`, query);
  }
}
