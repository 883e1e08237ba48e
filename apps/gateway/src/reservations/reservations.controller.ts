import { TcpClient } from '@app/common';
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
  type Message,
  type Operation,
  type Reserved,
} from '@app/contracts';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { Roles } from '../auth/policy';
import { atLeast } from '../events/at-least';
import { EventFeed } from '../events/event-feed.service';
import { Commands } from '../http/commands.service';
import { Reads, Writes } from '../http/documented';
import { CurrentExchange, type Exchange } from '../http/exchange';
import { minPositionOf } from '../http/operation';
import { IdPipe } from '../http/path-id';
import { validated } from '../http/validation';
import { ItemReader } from '../items/item-reader.service';
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
  constructor(
    private readonly commands: Commands,
    private readonly inventory: TcpClient,
    private readonly reader: ItemReader,
    private readonly feed: EventFeed,
  ) {}

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
    return this.run(exchange, reservations.reserve, reservation, '/reservations', query);
  }

  @Get()
  @Roles('viewer')
  @Reads({ id: 'listReservations', summary: 'Reservations, the youngest first', answer: ReservationPage })
  async list(
    @Query() { ...query }: ListReservations,
    @CurrentExchange() { request, reply }: Exchange,
  ): Promise<ReservationPage> {
    const page = await atLeast(minPositionOf(request.headers), this.feed, () =>
      this.inventory.call(reservations.list, query, { requestId: request.id }),
    );
    reply.header('x-position', page.position);
    return page;
  }

  @Get(':id')
  @Roles('viewer')
  @Reads({
    id: 'getReservation',
    summary: 'A reservation, also a finished one',
    answer: Reservation,
    refuses: ['not-found'],
  })
  async get(
    @Param('id', IdPipe) reservationId: string,
    @Query() _query: NoQuery,
    @CurrentExchange() { request, reply }: Exchange,
  ): Promise<Reservation> {
    const { reservation, position } = await atLeast(minPositionOf(request.headers), this.feed, () =>
      this.inventory.call(reservations.get, { reservationId }, { requestId: request.id }),
    );
    reply.header('x-position', position);
    return reservation;
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
    @Param('id', IdPipe) reservationId: string,
    @Body() { ttlSeconds }: ExtendReservation,
    @Query() query: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Reservation> {
    const path = `/reservations/${reservationId}/extend`;
    return this.run(exchange, reservations.extend, { reservationId, ttlSeconds }, path, query);
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
    @Param('id', IdPipe) reservationId: string,
    @Query() query: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Reservation> {
    return this.run(exchange, reservations.commit, { reservationId }, `/reservations/${reservationId}/commit`, query);
  }

  @Post(':id/release')
  @HttpCode(200)
  @Writes({
    id: 'releaseReservation',
    summary: 'Give back what is still reserved',
    answer: Reservation,
    refuses: ['not-found', 'reservation-closed'],
  })
  release(
    @Param('id', IdPipe) reservationId: string,
    @Query() query: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Reservation> {
    return this.run(exchange, reservations.release, { reservationId }, `/reservations/${reservationId}/release`, query);
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
    @Param('id', IdPipe) reservationId: string,
    @Body() { lines }: FulfilBody,
    @Query() query: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Reservation> {
    const command = { reservationId, ...(lines && { lines }) };
    return this.run(exchange, reservations.fulfil, command, `/reservations/${reservationId}/fulfil`, query);
  }

  private async run<Command extends { operation: Operation }>(
    exchange: Exchange,
    message: Message<Command, Reserved>,
    command: Omit<Command, 'operation'>,
    path: string,
    { dryRun }: WriteQuery,
  ): Promise<Reservation> {
    const { body, touched } = await this.commands.change(exchange, message, command, { path, dryRun });
    // Before the answer leaves: who reads after it must not find what was before.
    if (!dryRun) for (const { id, seq } of touched) this.reader.changed(id, seq);
    return body;
  }
}
