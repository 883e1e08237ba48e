import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { Id, ListOf, LocationCode, OneOf, Text, Whole } from './fields';
import { MAIN } from './item.dto';
import { LIMITS } from './limits';
import { ListOrders, Order, OrderPage } from './order.dto';

/** What a reservation can be: the first two are open, the others final. */
export const RESERVATION_STATUSES = ['held', 'committed', 'released', 'expired', 'fulfilled'] as const;
export type ReservationStatus = (typeof RESERVATION_STATUSES)[number];

/** Pieces of one item at one location. */
export class ReservationLine {
  @Id()
  itemId!: string;

  @Whole({ min: 1, example: 2 })
  quantity!: number;

  @LocationCode({ optional: true, default: MAIN })
  location?: string;
}

const TTL = {
  min: 1,
  max: LIMITS.ttlSeconds,
  example: 900,
  description: 'Seconds from now, up to seven days.',
};

/** `POST /reservations`: all lines or none; lines of the same item and location are summed. */
export class CreateReservation {
  @ListOf(() => ReservationLine, { max: LIMITS.linesPerMovement })
  @ValidateNested({ each: true, message: 'must be an object' })
  @Type(() => ReservationLine)
  lines!: ReservationLine[];

  @Whole(TTL)
  ttlSeconds!: number;

  @Text({ max: LIMITS.reference, optional: true, description: 'For example a cart or an order.', example: 'cart-17' })
  reference?: string;
}

/** `POST /reservations/:id/extend`. */
export class ExtendReservation {
  @Whole(TTL)
  ttlSeconds!: number;
}

/** `POST /reservations/:id/fulfil`: without lines, all that is still reserved. */
export class FulfilReservation {
  @ListOf(() => ReservationLine, { max: LIMITS.linesPerMovement, optional: true })
  @ValidateNested({ each: true, message: 'must be an object' })
  @Type(() => ReservationLine)
  lines?: ReservationLine[];
}

/** What is reserved of one item at one location. */
export class ReservedLine {
  @ApiProperty()
  itemId!: string;

  @ApiProperty({ example: MAIN })
  location!: string;

  @ApiProperty({ type: 'integer', description: 'Reserved in the beginning.' })
  quantity!: number;

  @ApiProperty({ type: 'integer', description: 'Issued of it.' })
  fulfilled!: number;

  @ApiProperty({ type: 'integer', description: 'Still reserved.' })
  open!: number;
}

/** Stock promised to somebody: until it expires while it is held, for good once it is committed. */
export class Reservation extends Order {
  @ApiProperty({ enum: RESERVATION_STATUSES, enumName: 'ReservationStatus' })
  status!: ReservationStatus;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'null once it is committed.' })
  expiresAt!: string | null;

  @ApiProperty({ type: [ReservedLine] })
  lines!: ReservedLine[];
}

/** `GET /reservations`, the youngest first. */
export class ListReservations extends ListOrders {
  @OneOf(RESERVATION_STATUSES, { optional: true })
  status?: ReservationStatus;
}

export class ReservationPage extends OrderPage {
  @ApiProperty({ type: [Reservation] })
  data!: Reservation[];
}
