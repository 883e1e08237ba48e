import {
  CreateReservation,
  ExtendReservation,
  FulfilReservation,
  ListReservations,
  NoQuery,
  Reservation,
  ReservationPage,
  WriteQuery,
  reservations,
} from '@app/contracts';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { Roles } from '../auth/policy';
import { Reads, Writes } from '../http/documented';
import { CurrentExchange, type Exchange } from '../http/exchange';
import { NoBody } from '../http/no-body';
import { IdPipe } from '../http/path-id';
import { validated } from '../http/validation';
import { Orders } from '../orders/orders.service';
import { EXTEND_EXAMPLES, FULFIL_EXAMPLES, RESERVE_EXAMPLES } from './reservation-examples';

/** The body of a fulfilment: none at all means everything. */
class FulfilBody extends FulfilReservation {
  static read(value: unknown): FulfilReservation {
    return validated(FulfilReservation, value === undefined ? {} : value);
  }
}

@ApiTags('reservations')
@Controller('reservations')
@Roles('clerk')
export class ReservationsController {
  constructor(private readonly orders: Orders) {}

  @Post()
  @ApiBody({ type: CreateReservation, examples: RESERVE_EXAMPLES })
  @Writes({
    id: 'createReservation',
    summary: 'Reserve stock for a time: all lines or none',
    description:
      'Lines of the same item and location are summed. It expires by itself within a second of `expiresAt`, unless it is ' +
      'extended, committed, fulfilled or released before. `too-many-reservations`: the caller holds as many as may be ' +
      '(`RESERVATIONS_PER_CALLER`).',
    status: 201,
    answer: Reservation,
    refuses: ['not-found', 'insufficient-stock', 'too-many-reservations'],
  })
  create(
    @Body() reservation: CreateReservation,
    @Query() query: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Reservation> {
    return this.orders.run(exchange, reservations.reserve, reservation, '/reservations', query);
  }

  @Get()
  @Roles('viewer')
  @Reads({
    id: 'listReservations',
    summary: 'Reservations, the youngest first',
    description: 'By `status` and by `itemId`, if wanted. Finished ones stay.',
    answer: ReservationPage,
  })
  list(@Query() { ...query }: ListReservations, @CurrentExchange() exchange: Exchange): Promise<ReservationPage> {
    return this.orders.list(exchange, reservations.list, query);
  }

  @Get(':id')
  @Roles('viewer')
  @Reads({
    id: 'getReservation',
    summary: 'A reservation, also a finished one',
    description: 'With what of each line is fulfilled, and what is still open.',
    answer: Reservation,
    refuses: ['not-found'],
  })
  get(
    @Param('id', IdPipe) id: string,
    @Query() _query: NoQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Reservation> {
    return this.orders.get(exchange, reservations.get, id);
  }

  @Post(':id/extend')
  @HttpCode(200)
  @ApiBody({ type: ExtendReservation, examples: EXTEND_EXAMPLES })
  @Writes({
    id: 'extendReservation',
    summary: 'Hold it until this long from now',
    description: 'Also shorter than before. Only what is held: a committed one does not expire.',
    answer: Reservation,
    refuses: ['not-found', 'reservation-closed'],
  })
  extend(
    @Param('id', IdPipe) id: string,
    @Body() { ttlSeconds }: ExtendReservation,
    @Query() query: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Reservation> {
    const path = `/reservations/${id}/extend`;
    return this.orders.run(exchange, reservations.extend, { id, ttlSeconds }, path, query);
  }

  @Post(':id/commit')
  @HttpCode(200)
  @Writes({
    id: 'commitReservation',
    summary: 'Turn it into an order, which does not expire',
    description: 'One that is committed already is answered as it is.',
    answer: Reservation,
    refuses: ['not-found', 'reservation-closed'],
  })
  commit(
    @Param('id', IdPipe) id: string,
    @Query() query: WriteQuery,
    @NoBody() _nothing: void,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Reservation> {
    return this.orders.run(exchange, reservations.commit, { id }, `/reservations/${id}/commit`, query);
  }

  @Post(':id/release')
  @HttpCode(200)
  @Writes({
    id: 'releaseReservation',
    summary: 'Give back what is still reserved',
    description: 'What was fulfilled stays so. A finished one is 409 `reservation-closed`.',
    answer: Reservation,
    refuses: ['not-found', 'reservation-closed'],
  })
  release(
    @Param('id', IdPipe) id: string,
    @Query() query: WriteQuery,
    @NoBody() _nothing: void,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Reservation> {
    return this.orders.run(exchange, reservations.release, { id }, `/reservations/${id}/release`, query);
  }

  @Post(':id/fulfil')
  @HttpCode(200)
  @ApiBody({ type: FulfilReservation, required: false, examples: FULFIL_EXAMPLES })
  @Writes({
    id: 'fulfilReservation',
    summary: 'Issue what is reserved, or a part of it',
    description:
      'Without a body, or without lines, everything. `exceeds-reservation`: more than is still reserved by it.',
    answer: Reservation,
    refuses: ['not-found', 'reservation-closed', 'exceeds-reservation'],
  })
  fulfil(
    @Param('id', IdPipe) id: string,
    @Body() { ...body }: FulfilBody,
    @Query() query: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Reservation> {
    return this.orders.run(exchange, reservations.fulfil, { id, ...body }, `/reservations/${id}/fulfil`, query);
  }
}
