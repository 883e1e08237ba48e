import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { EventActor } from './event.dto';
import { Code, Flag, Id, ListOf, OneOf, Text, Whole, WholeQuery } from './fields';
import { LIMITS } from './limits';
import { IsOnlyTarget, namesNoItem } from './movement.rules';
import { PageInfo } from './page.dto';
import type { Actor } from './roles';
import { Stocktake } from './stocktake.dto';

/** `set`: this many are there. `add`: so many more, as when scanning piece by piece; less than 0 takes back. `clear`: not counted. */
export const COUNT_MODES = ['set', 'add', 'clear'] as const;
export type CountMode = (typeof COUNT_MODES)[number];

/** Whether an entry must say how many. */
function counts({ mode }: Record<string, unknown>): boolean {
  return mode !== 'clear';
}

/** One count. Exactly one of itemId, sku and barcode names the item. */
export class CountEntry {
  @Id({ requiredWhen: namesNoItem })
  itemId?: string;

  @IsOnlyTarget()
  @Code({ max: LIMITS.sku, optional: true })
  sku?: string;

  @IsOnlyTarget()
  @Code({ max: LIMITS.barcode, optional: true })
  barcode?: string;

  @Whole({ requiredWhen: counts, description: 'What is there, or for `add` how many more.', example: 12 })
  quantity?: number;

  @OneOf(COUNT_MODES, {
    optional: true,
    default: 'set',
    description:
      '`set`: this many are there. `add`: so many more were found (less than 0 takes back). `clear`: as if not counted.',
  })
  mode?: CountMode;
}

/** `POST /stocktakes/:id/counts`: all or none. */
export class EnterCounts {
  @ListOf(() => CountEntry, { max: LIMITS.countsPerRequest })
  @ValidateNested({ each: true, message: 'must be an object' })
  @Type(() => CountEntry)
  counts!: CountEntry[];
}

/** An item of a stocktake. */
export class StocktakeLine {
  @ApiProperty()
  itemId!: string;

  @ApiProperty({ type: String, nullable: true, example: '85123A' })
  sku!: string | null;

  @ApiProperty()
  name!: string;

  @ApiProperty({
    type: 'integer',
    description: 'On hand when the stocktake was opened; unexpected: when first counted.',
  })
  expected!: number;

  @ApiProperty({ type: 'integer', nullable: true, description: 'null: not counted yet.' })
  counted!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'What the ledger had on hand when it was counted.' })
  onHand!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'counted − onHand: what an approval books.' })
  variance!: number | null;

  @ApiProperty({ description: 'Was not on the sheet: somebody found it there.' })
  unexpected!: boolean;

  @ApiProperty({
    description: 'Stock of it moved between two counts that were added up: count it again, at once, with `set`.',
  })
  moved!: boolean;

  @ApiProperty({ type: 'integer', nullable: true, description: 'State of the ledger when it was counted.' })
  position!: number | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  countedAt!: string | null;

  @ApiProperty({ type: EventActor, nullable: true })
  countedBy!: Actor | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it was last counted there before this stocktake; null: never.',
  })
  lastCountedAt!: string | null;
}

/** The answer to counts. */
export class CountResult {
  @ApiProperty({ type: Stocktake, description: 'As it is with these counts.' })
  stocktake!: Stocktake;

  @ApiProperty({ type: 'integer', description: 'State of the ledger that they are compared with.' })
  position!: number;

  @ApiProperty({
    type: [StocktakeLine],
    description: 'Each line touched, once; of those that were cleared, as they are.',
  })
  lines!: StocktakeLine[];

  @ApiProperty({ required: false, description: 'True for a dry run: nothing was written.' })
  dryRun?: boolean;
}

export const LINE_STATES = ['uncounted', 'counted', 'variance'] as const;
export type LineState = (typeof LINE_STATES)[number];

/** `GET /stocktakes/:id/lines`, by name. */
export class ListStocktakeLines {
  @WholeQuery({ min: 1, max: LIMITS.pageSize, default: LIMITS.pageSizeDefault })
  limit?: number;

  @Text({ max: LIMITS.cursor, optional: true, description: '`page.nextCursor` of the page before.' })
  cursor?: string;

  @OneOf(LINE_STATES, { optional: true, description: '`counted`: with and without a variance.' })
  state?: LineState;
}

export class StocktakeLinePage {
  @ApiProperty({ type: [StocktakeLine] })
  data!: StocktakeLine[];

  @ApiProperty({ type: PageInfo })
  page!: PageInfo;

  @ApiProperty({ type: 'integer', description: 'A lower bound of what is shown.' })
  position!: number;
}

/** `POST /stocktakes/:id/counts.csv`. */
export class CountFileQuery {
  @Flag({ description: 'Checks the whole file and answers 200 with what is wrong in it; nothing is counted.' })
  dryRun?: boolean;

  @OneOf(['set', 'add'], { optional: true, default: 'set', description: 'What the rows say, as in `counts`.' })
  mode?: 'set' | 'add';

  @Text({
    max: LIMITS.importMap,
    optional: true,
    description: 'As for imports: `<column>:<field>`, separated by commas, or a JSON object.',
    example: 'Artikel:sku,Menge:quantity',
  })
  map?: string;
}
