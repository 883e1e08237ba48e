import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { Id, Text, WholeQuery } from './fields';
import { LIMITS } from './limits';
import type { Actor } from './roles';

/** Every kind of fact that the ledger knows. */
export const EVENT_TYPES = [
  'item.created',
  'item.updated',
  'item.deleted',
  'item.restored',
  'stock.received',
  'stock.returned',
  'stock.issued',
  'stock.written_off',
  'stock.adjusted',
  'stock.counted',
  'stock.transferred_out',
  'stock.transferred_in',
  'stock.set_aside',
  'stock.put_back',
  'stock.reversed',
  'stock.reserved',
  'stock.hold_extended',
  'stock.released',
  'stock.expired',
  'stock.committed',
  'stock.fulfilled',
  'stock.expected',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** How an event changed the figures of its location. */
export class Change {
  @ApiProperty({ type: 'integer' })
  onHand!: number;

  @ApiProperty({ type: 'integer' })
  reserved!: number;

  @ApiProperty({ type: 'integer' })
  unavailable!: number;

  @ApiProperty({ type: 'integer' })
  incoming!: number;
}

/** An item's totals over all locations. */
export class Totals {
  @ApiProperty({ type: 'integer', description: 'On hand, over all locations.' })
  quantity!: number;

  @ApiProperty({ type: 'integer' })
  reserved!: number;

  @ApiProperty({ type: 'integer', description: 'On hand but not for sale: damaged, in quality control, safety stock.' })
  unavailable!: number;

  @ApiProperty({ type: 'integer', description: 'quantity − reserved − unavailable; never negative.' })
  available!: number;

  @ApiProperty({ type: 'integer', description: 'On its way here; counted in neither.' })
  incoming!: number;
}

export class EventActor implements Actor {
  @ApiProperty({ enum: ['user', 'api-key', 'system'] })
  kind!: Actor['kind'];

  @ApiProperty()
  id!: string;

  @ApiProperty({ example: 'ana@example.com' })
  name!: string;
}

/** What an event belongs to; a key is there only when it does. */
export class Links {
  @ApiProperty({ required: false })
  reservationId?: string;

  @ApiProperty({ required: false })
  transferId?: string;

  @ApiProperty({ required: false })
  expectationId?: string;

  @ApiProperty({ required: false })
  stocktakeId?: string;

  @ApiProperty({ type: 'integer', required: false, description: 'The position that this event takes back.' })
  reverses?: number;
}

/** One immutable, numbered fact: the same object in REST, SSE, sockets and webhooks. */
@ApiSchema({ name: 'Event' })
export class LedgerEvent {
  @ApiProperty({ type: 'integer', example: 1042, description: '1, 2, 3 … without a gap, in commit order.' })
  position!: number;

  @ApiProperty({ description: 'The identity of the ledger; a restore from a backup changes it.' })
  epoch!: string;

  @ApiProperty({ enum: EVENT_TYPES, enumName: 'EventType' })
  type!: EventType;

  @ApiProperty()
  itemId!: string;

  @ApiProperty({ type: String, nullable: true, example: '85123A' })
  sku!: string | null;

  @ApiProperty({ example: 'WHITE HANGING HEART' })
  name!: string;

  @ApiProperty({ type: 'integer', description: 'Of the item: 1, 2, 3 … without a gap.' })
  seq!: number;

  @ApiProperty({ format: 'date-time', description: 'When it was recorded.' })
  at!: string;

  @ApiProperty({ format: 'date-time', description: 'When it happened.' })
  effectiveAt!: string;

  @ApiProperty({ type: EventActor })
  actor!: Actor;

  @ApiProperty({ description: 'Events of one operation have consecutive positions.' })
  operationId!: string;

  @ApiProperty({ type: String, nullable: true, example: 'sale' })
  reason!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '536365' })
  reference!: string | null;

  @ApiProperty({ type: String, nullable: true })
  note!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'main' })
  location!: string | null;

  @ApiProperty({ type: Change })
  change!: Change;

  @ApiProperty({ type: Totals })
  before!: Totals;

  @ApiProperty({ type: Totals })
  after!: Totals;

  @ApiProperty({ type: Change, nullable: true, description: 'The figures of the location after the event.' })
  level!: Change | null;

  @ApiProperty({ type: Number, nullable: true })
  unitCost!: number | null;

  @ApiProperty({ type: String, nullable: true })
  category!: string | null;

  @ApiProperty({ type: Links })
  links!: Links;

  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: { type: 'array', items: {} },
    description:
      'For item events: `{name: [old, new]}`. For events of a reservation, a transfer or an expectation, what changed of that: ' +
      '`status`, and `expiresAt`, `from` and `to`, `expectedAt` and `supplier`. For a count of a stocktake `counted`: what the ' +
      'ledger had on hand when it was counted, and what was counted.',
  })
  fields!: Record<string, [unknown, unknown]> | null;
}

/** Filters of the event feeds. */
export class EventFilter {
  @Id({ optional: true })
  itemId?: string;

  @Text({ max: 1_000, optional: true, description: 'Event types, separated by commas.', example: 'stock.issued' })
  types?: string;
}

/** `GET /events`. */
export class ReadEvents extends EventFilter {
  @WholeQuery({ min: 0, max: Number.MAX_SAFE_INTEGER, default: 0, description: 'Events after this position.' })
  after?: number;

  @Text({ max: 64, optional: true, description: 'The epoch that `after` belongs to.' })
  epoch?: string;

  @WholeQuery({ min: 1, max: LIMITS.eventsPage, default: LIMITS.eventsPageDefault })
  limit?: number;

  @WholeQuery({ min: 0, max: LIMITS.eventsWaitSeconds, default: 0, description: 'Seconds to wait for an event.' })
  wait?: number;
}

/** `GET /events/stream`. */
export class StreamEvents extends EventFilter {
  @Text({ max: 100, optional: true, description: 'A position, or `<epoch>:<position>`; `Last-Event-ID` wins.' })
  after?: string;

  @Text({ max: 64, optional: true })
  epoch?: string;
}

export class EventPage {
  @ApiProperty()
  epoch!: string;

  @ApiProperty({ type: 'integer', description: 'Send as `after` next, also when the filter matched nothing.' })
  position!: number;

  @ApiProperty({ type: 'integer', description: 'The newest position of the ledger.' })
  head!: number;

  @ApiProperty({ type: [LedgerEvent] })
  events!: LedgerEvent[];
}

/** A place in a ledger. */
export class Cursor {
  @ApiProperty({ description: 'The identity of the ledger.' })
  epoch!: string;

  @ApiProperty({ type: 'integer', minimum: 0, example: 1042 })
  position!: number;
}

/**
 * An event on its way between the processes: its JSON, made once by the inventory and parsed by nobody who only passes it on, and
 * what is looked at without parsing it.
 */
export interface EventText extends Pick<LedgerEvent, 'position' | 'type' | 'itemId' | 'seq' | 'location'> {
  json: string;
  /** The category of the item, and the one that it had before this event; absent when there is none. */
  categories?: string[];
  /** Only on an event with which the item became low or recovered. */
  alert?: Crossing;
  /** `traceparent` of the command that made it: known for recent events, when that was traced. */
  trace?: string;
}

/** That an item became low with an event, or recovered: decided by the writer, which knows what was told before. */
export interface Crossing {
  kind: 'low-stock' | 'recovered';
  /** The reorder level at the time. */
  threshold: number;
}

/** A stretch of the ledger, as followers get it: an `EventPage` whose events are texts. */
export interface LedgerPage extends Cursor {
  head: number;
  events: EventText[];
}
