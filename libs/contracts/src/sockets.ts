import { ApiProperty, ApiSchema, getSchemaPath } from '@nestjs/swagger';
import { Cursor, LedgerEvent } from './event.dto';
import type { Problem } from './errors';
import { Item } from './item.dto';

/** Rooms that exist: everything, and one item. */
export type Room = 'items' | `item:${string}`;

const ROOM = { description: '`items` (everything), or `item:<id>`.', example: 'items' } as const;

export class Subscribe {
  @ApiProperty(ROOM)
  room!: string;

  @ApiProperty({
    type: Cursor,
    required: false,
    description: 'Go on after this place; without it, from now with a snapshot.',
  })
  since?: Cursor;

  @ApiProperty({ required: false, description: 'Several events in one message: `events` instead of `event`.' })
  batch?: boolean;
}

/** The acknowledgement of what has nothing else to say. */
export class Acknowledged {
  @ApiProperty({ type: Boolean, enum: [true] })
  ok!: true;
}

export class Subscribed extends Acknowledged {
  @ApiProperty(ROOM)
  room!: string;

  @ApiProperty()
  epoch!: string;

  @ApiProperty({ type: 'integer', description: 'The events that follow continue from here.' })
  position!: number;

  @ApiProperty({
    type: Item,
    nullable: true,
    required: false,
    description:
      'Of `item:<id>` without `since` or after a reset, exact at `position`; null when the item does not exist any more.',
  })
  snapshot?: Item | null;

  @ApiProperty({
    type: Boolean,
    enum: [true],
    required: false,
    description: '`since` could not be continued: what was before `position` is in the snapshot only.',
  })
  reset?: true;
}

export class Refused {
  @ApiProperty({ type: Boolean, enum: [false] })
  ok!: false;

  @ApiProperty({ allOf: [{ $ref: getSchemaPath('Problem') }] })
  error!: Problem;
}

export class Unsubscribe {
  @ApiProperty(ROOM)
  room!: string;
}

export class Authenticate {
  @ApiProperty({ description: 'A fresh access token, or API key, of the same caller.' })
  token!: string;
}

@ApiSchema({ name: 'RoomEvent' })
export class RoomEvent extends LedgerEvent {
  @ApiProperty({ ...ROOM, description: 'The room by which it came.' })
  room!: string;
}

export class RoomEvents {
  @ApiProperty(ROOM)
  room!: string;

  @ApiProperty({ type: [LedgerEvent], description: 'In order of position.' })
  events!: LedgerEvent[];
}

export class Lagged {
  @ApiProperty(ROOM)
  room!: string;

  @ApiProperty({ type: 'integer', description: 'Everything of the room up to here was sent: subscribe again with it.' })
  position!: number;
}

export type Ack<Reply> = (reply: Reply | Refused) => void;

export interface ClientToServerEvents {
  subscribe: (request: Subscribe, ack: Ack<Subscribed>) => void;
  unsubscribe: (request: Unsubscribe, ack: Ack<Acknowledged>) => void;
  authenticate: (request: Authenticate, ack: Ack<Acknowledged>) => void;
}

export interface ServerToClientEvents {
  event: (event: RoomEvent) => void;
  events: (batch: RoomEvents) => void;
  /** All events of the socket's rooms up to here were sent before this message. */
  position: (cursor: Cursor) => void;
  /** Read too slowly: the subscription ended at this position. */
  lagged: (place: Lagged) => void;
}
