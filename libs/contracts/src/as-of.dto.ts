import { ApiProperty } from '@nestjs/swagger';
import { OneOf, Time } from './fields';
import { Level, MAIN } from './item.dto';

/** The two times of an event: `recorded` is its `at`, `effective` its `effectiveAt`. */
export const CLOCKS = ['recorded', 'effective'] as const;
export type Clock = (typeof CLOCKS)[number];

/** `GET /items/:id/stock`. */
export class AskStock {
  @Time({ optional: true, description: 'Everything up to and including this time; without it, or in the future: now.' })
  asOf?: string;

  @OneOf(CLOCKS, {
    optional: true,
    default: 'recorded',
    description: 'What the books said then (`recorded`), or what is known today about then (`effective`).',
  })
  clock?: Clock;
}

/** Stock of one item as of a time. */
export class PastStock {
  @ApiProperty({ example: '65a1b2c3d4e5f60718293a4b' })
  itemId!: string;

  @ApiProperty({ format: 'date-time', description: 'The time asked for, or now.', example: '2026-01-05T10:00:00.000Z' })
  asOf!: string;

  @ApiProperty({ enum: CLOCKS, enumName: 'Clock', example: 'recorded' })
  clock!: Clock;

  @ApiProperty({
    type: 'integer',
    example: 1042,
    description: 'Of the newest event of the item that was looked at; 0: none had been recorded yet.',
  })
  position!: number;

  @ApiProperty({ type: 'integer', example: 7, description: 'On hand, over all locations.' })
  quantity!: number;

  @ApiProperty({ type: 'integer', example: 2 })
  reserved!: number;

  @ApiProperty({ type: 'integer', example: 0 })
  unavailable!: number;

  @ApiProperty({
    type: 'integer',
    example: 5,
    description: 'quantity − reserved − unavailable. On the effective clock negative where what was said does not fit.',
  })
  available!: number;

  @ApiProperty({ type: 'integer', example: 0 })
  incoming!: number;

  @ApiProperty({
    type: [Level],
    description: 'Every location that an event up to then names.',
    example: [{ location: MAIN, onHand: 7, reserved: 2, unavailable: 0, available: 5, incoming: 0 }],
  })
  levels!: Level[];
}
