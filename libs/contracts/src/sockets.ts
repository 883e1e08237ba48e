import { ApiExtraModels, ApiProperty, ApiSchema, getSchemaPath } from '@nestjs/swagger';
import type { Problem } from './errors';
import { Cursor, LedgerEvent } from './event.dto';
import { Id, Text, Whole } from './fields';
import type { ImportProgress, ImportWatched, WatchImport } from './import.dto';
import { Item } from './item.dto';
import { LIMITS } from './limits';

/** Rooms that exist: everything, one item, one location, one category, and what is low. */
export type Room = 'items' | 'alerts' | `item:${string}` | `location:${string}` | `category:${string}`;

const ROOM = { example: 'location:main', description: 'items, item:<id>, location:<code>, category:<name> or alerts.' };

export class Subscribe {
  @ApiProperty(ROOM)
  room!: string;

  @ApiProperty({
    type: Cursor,
    required: false,
    description: 'Go on after this place; without it, from now, with a snapshot where there is one.',
  })
  since?: Cursor;

  @ApiProperty({ required: false, default: false, description: 'Several events in one message.' })
  batch?: boolean;
}

@ApiExtraModels(Item)
export class Subscribed {
  @ApiProperty({ enum: [true] })
  ok!: true;

  @ApiProperty(ROOM)
  room!: string;

  @ApiProperty()
  epoch!: string;

  @ApiProperty({ type: 'integer', description: 'The events that follow continue from here.' })
  position!: number;

  @ApiProperty({
    required: false,
    nullable: true,
    oneOf: [{ $ref: getSchemaPath(Item) }, { type: 'array', items: { $ref: getSchemaPath(Item) } }],
    description:
      'Without since or after a reset. Of item:<id> the item, null when it does not exist any more; of alerts the items whose alert stands.',
  })
  snapshot?: Item | Item[] | null;

  @ApiProperty({ enum: [true], required: false, description: 'There are more items than the snapshot shows.' })
  truncated?: true;

  @ApiProperty({
    enum: [true],
    required: false,
    description: 'since could not be continued: what was before position is in the snapshot only.',
  })
  reset?: true;
}

export class Unsubscribe {
  @ApiProperty(ROOM)
  room!: string;
}

export class Authenticate {
  @ApiProperty({ description: 'A fresh access token of the same user, or the API key.' })
  token!: string;
}

export class Watch {
  @Id()
  itemId!: string;

  @Whole({ min: 0, description: 'Alerts when available falls to this or below.', example: 5 })
  below!: number;

  @Whole({ min: 1, optional: true, description: 'Alerts again only after it rose to this; below + 1 by itself.' })
  rearmAt?: number;
}

export class Unwatch {
  @Id()
  itemId!: string;
}

export class Announce {
  @ApiProperty(ROOM)
  room!: string;

  @Text({ max: LIMITS.activity, nullable: true, description: 'null leaves.', example: 'counting' })
  activity!: string | null;
}

export class Acknowledged {
  @ApiProperty({ enum: [true] })
  ok!: true;
}

/** Somebody who is in a room and said so. */
export class Member {
  @ApiProperty({ example: 'ana@example.com', description: 'A user’s e-mail address or an API key’s name.' })
  name!: string;

  @ApiProperty({ example: 'counting' })
  activity!: string;

  @ApiProperty({ format: 'date-time', description: 'When this activity began.' })
  since!: string;
}

export class Announced extends Acknowledged {
  @ApiProperty({ type: [Member] })
  members!: Member[];
}

export class Refused {
  @ApiProperty({ type: Boolean, enum: [false] })
  ok!: false;

  @ApiProperty({ allOf: [{ $ref: getSchemaPath('Problem') }] })
  error!: Problem;
}

export type Ack<Reply> = (reply: Reply | Refused) => void;

export interface ClientToServerEvents {
  subscribe: (request: Subscribe, ack: Ack<Subscribed>) => void;
  unsubscribe: (request: Unsubscribe, ack: Ack<Acknowledged>) => void;
  authenticate: (request: Authenticate, ack: Ack<Acknowledged>) => void;
  watch: (request: Watch, ack: Ack<Watched>) => void;
  unwatch: (request: Unwatch, ack: Ack<Acknowledged>) => void;
  presence: (request: Announce, ack: Ack<Announced>) => void;
  watchImport: (request: WatchImport, ack: Ack<ImportWatched>) => void;
  unwatchImport: (request: WatchImport, ack: Ack<Acknowledged>) => void;
}

@ApiSchema({ name: 'RoomEvent' })
export class RoomEvent extends LedgerEvent {
  @ApiProperty(ROOM)
  room!: string;
}

export class EventBatch {
  @ApiProperty(ROOM)
  room!: string;

  @ApiProperty({ type: [LedgerEvent] })
  events!: LedgerEvent[];
}

export const ALERT_KINDS = ['low-stock', 'recovered', 'watch'] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

export class Alert {
  @ApiProperty({ enum: ALERT_KINDS, enumName: 'AlertKind' })
  kind!: AlertKind;

  @ApiProperty({ example: '65a1b2c3d4e5f60718293a4b' })
  itemId!: string;

  @ApiProperty({ type: String, nullable: true, example: '85123A' })
  sku!: string | null;

  @ApiProperty({ example: 'White hanging heart' })
  name!: string;

  @ApiProperty({ type: 'integer', example: 3 })
  available!: number;

  @ApiProperty({ type: 'integer', example: 3, description: 'The reorder level, or what is watched for.' })
  threshold!: number;

  @ApiProperty({ type: 'integer', example: 1042, description: 'Of the event with which it happened.' })
  position!: number;
}

export class Watched extends Acknowledged {
  @ApiProperty({
    type: Alert,
    required: false,
    description:
      'To a watch that was there already: what was told last, while it still holds. What a broken connection swallowed is not lost.',
  })
  alert?: Alert;
}

export class Lagged {
  @ApiProperty(ROOM)
  room!: string;

  @ApiProperty({ type: 'integer', description: 'Everything up to here was sent: subscribe again with it.' })
  position!: number;
}

export class Presence {
  @ApiProperty(ROOM)
  room!: string;

  @ApiProperty({ type: [Member] })
  members!: Member[];
}

export interface ServerToClientEvents {
  event: (event: RoomEvent) => void;
  events: (batch: EventBatch) => void;
  alert: (alert: Alert) => void;
  /** A watch of the caller was ended, here or on another socket. */
  unwatched: (watch: Unwatch) => void;
  /** All events of the socket's rooms up to here were sent before this message. */
  position: (cursor: Cursor) => void;
  /** Read too slowly: the subscription ended at this position. */
  lagged: (place: Lagged) => void;
  presence: (presence: Presence) => void;
  /** How far a watched import is, whenever that has changed; the last one says done or failed. */
  import: (progress: ImportProgress) => void;
}
