import { ApiProperty, ApiSchema, IntersectionType } from '@nestjs/swagger';
import { Totals } from './event.dto';
import type { Attributes } from './fields';
import {
  Choice,
  Code,
  Codes,
  Flag,
  FreeAttributes,
  LocationCode,
  OneOf,
  Price,
  Text,
  Texts,
  Whole,
  WholeQuery,
} from './fields';
import { LIMITS } from './limits';
import { PageInfo } from './page.dto';

/** The location that every ledger has. */
export const MAIN = 'main';

/** `POST /items`: only the name is required. */
export class CreateItem {
  @Text({ max: LIMITS.name, example: 'White hanging heart' })
  name!: string;

  @Text({ min: 0, max: LIMITS.description, lines: true, optional: true, default: '' })
  description?: string;

  @Whole({ min: 0, optional: true, default: 0, description: 'Pieces on hand at `main` to begin with.', example: 10 })
  quantity?: number;

  @Whole({ min: 0, optional: true, default: 0, description: 'Available at or below this is low stock.', example: 3 })
  reorderLevel?: number;

  @Price({ optional: true, default: 0, example: 2.55 })
  unitPrice?: number;

  @Code({
    max: LIMITS.sku,
    optional: true,
    description: 'Stock keeping unit; unique. Without one the item gets `SKU-` and ten digits or letters.',
    example: '85123A',
  })
  sku?: string;

  @Text({ max: LIMITS.category, optional: true, nullable: true, example: 'decoration' })
  category?: string | null;

  @Codes({
    max: LIMITS.barcode,
    maxItems: LIMITS.barcodes,
    optional: true,
    default: [],
    description: 'Unique over all items.',
  })
  barcodes?: string[];

  @Texts({ max: LIMITS.tag, maxItems: LIMITS.tags, optional: true, default: [], example: ['gift'] })
  tags?: string[];

  @Whole({
    min: 1,
    optional: true,
    nullable: true,
    description: 'How many to order when stock is low.',
    example: 12,
  })
  reorderQuantity?: number | null;

  @FreeAttributes({ optional: true })
  attributes?: Attributes;
}

/** `PUT|PATCH /items/:id`: any subset of the fields; null clears category and reorderQuantity. */
export class UpdateItem {
  @Text({ max: LIMITS.name, optional: true, example: 'White hanging heart' })
  name?: string;

  @Text({ min: 0, max: LIMITS.description, lines: true, optional: true })
  description?: string;

  @Whole({
    min: 0,
    optional: true,
    description: 'Sets the total on hand; the difference is booked at `main` as a count.',
  })
  quantity?: number;

  @Choice({
    description: 'When `quantity` leaves less at `main` than is reserved there: releases held ones, youngest first.',
  })
  releaseHolds?: boolean;

  @Whole({ min: 0, optional: true })
  reorderLevel?: number;

  @Price({ optional: true })
  unitPrice?: number;

  @Code({ max: LIMITS.sku, optional: true })
  sku?: string;

  @Text({ max: LIMITS.category, optional: true, nullable: true })
  category?: string | null;

  @Codes({ max: LIMITS.barcode, maxItems: LIMITS.barcodes, optional: true })
  barcodes?: string[];

  @Texts({ max: LIMITS.tag, maxItems: LIMITS.tags, optional: true })
  tags?: string[];

  @Whole({ min: 1, optional: true, nullable: true })
  reorderQuantity?: number | null;

  @FreeAttributes({ optional: true })
  attributes?: Attributes;
}

/** Pieces of one item at one location. */
export class Level {
  @ApiProperty({ example: MAIN })
  location!: string;

  @ApiProperty({ type: 'integer' })
  onHand!: number;

  @ApiProperty({ type: 'integer' })
  reserved!: number;

  @ApiProperty({ type: 'integer' })
  unavailable!: number;

  @ApiProperty({ type: 'integer', description: 'onHand − reserved − unavailable; never negative.' })
  available!: number;

  @ApiProperty({ type: 'integer' })
  incoming!: number;
}

/** By what an item is known. */
class Names {
  @ApiProperty()
  id!: string;

  @ApiProperty({ type: String, nullable: true, example: '85123A' })
  sku!: string | null;
}

/** Totals of one item, after an operation. */
export class Figures extends IntersectionType(Names, Totals) {
  @ApiProperty({ type: 'integer', description: 'Number of the last event of this item: 1, 2, 3 …' })
  seq!: number;
}

/** An item with its stock. */
export class Item extends Figures {
  @ApiProperty()
  name!: string;

  @ApiProperty()
  description!: string;

  @ApiProperty({ type: 'integer' })
  reorderLevel!: number;

  @ApiProperty({ type: 'integer', nullable: true })
  reorderQuantity!: number | null;

  @ApiProperty()
  unitPrice!: number;

  @ApiProperty({ type: String, nullable: true })
  category!: string | null;

  @ApiProperty({ type: [String] })
  barcodes!: string[];

  @ApiProperty({ type: [String] })
  tags!: string[];

  @ApiProperty({
    type: 'object',
    additionalProperties: { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] },
  })
  attributes!: Attributes;

  @ApiProperty({ type: [Level], description: 'The first 50; all by `GET /items/{id}/levels`.' })
  levels!: Level[];

  @ApiProperty({ type: 'integer', description: 'Position in the ledger of the last event of this item.' })
  position!: number;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;
}

/** Orders of the item list; a leading `-` is descending. */
export const ITEM_SORTS = ['name', 'sku', 'quantity', 'createdAt', 'updatedAt'] as const;
export type ItemSort = (typeof ITEM_SORTS)[number] | `-${(typeof ITEM_SORTS)[number]}`;

/** `GET /items`. `attr.<key>=` filters come beside it, see `attributes`. */
export class ListItems {
  @WholeQuery({ min: 1, max: LIMITS.pageSize, default: LIMITS.pageSizeDefault })
  limit?: number;

  @Text({ max: LIMITS.cursor, optional: true, description: '`page.nextCursor` of the page before.' })
  cursor?: string;

  @OneOf([...ITEM_SORTS, ...ITEM_SORTS.map((sort) => `-${sort}`)], { optional: true, default: 'name' })
  sort?: ItemSort;

  @Text({
    max: LIMITS.search,
    optional: true,
    description: 'Every word must begin a word of the name, sku, barcodes, category or tags.',
  })
  q?: string;

  @Text({ max: LIMITS.category, optional: true })
  category?: string;

  @Text({ max: LIMITS.tag, optional: true })
  tag?: string;

  @LocationCode({ optional: true, description: 'Only items that have a level at this location.' })
  location?: string;

  @Flag({ description: 'Only items with available at or below the reorder level (false: only the others).' })
  lowStock?: boolean;

  @Flag({ description: 'Only the deleted.' })
  deleted?: boolean;

  @Flag({ description: 'Adds `page.total`.' })
  count?: boolean;
}

/** The list query as it goes to the inventory, with the attribute filters gathered. */
export type ItemQuery = ListItems & { attributes?: Record<string, string> };

@ApiSchema({ name: 'ItemPage' })
export class ItemPage {
  @ApiProperty({ type: [Item] })
  data!: Item[];

  @ApiProperty({ type: PageInfo })
  page!: PageInfo;

  @ApiProperty({ type: 'integer', description: 'A lower bound: items may be newer (compare `seq`).' })
  position!: number;
}

/** `GET /items/:id/levels`. */
export class ListLevels {
  @WholeQuery({ min: 1, max: LIMITS.pageSize, default: LIMITS.pageSizeDefault })
  limit?: number;

  @Text({ max: LIMITS.cursor, optional: true })
  cursor?: string;
}

/** A level as its own list shows it. */
export class ListedLevel extends Level {
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it was last counted there, by whatever means; null: never.',
  })
  lastCountedAt!: string | null;
}

export class LevelPage {
  @ApiProperty({ type: [ListedLevel] })
  data!: ListedLevel[];

  @ApiProperty({ type: PageInfo })
  page!: PageInfo;

  @ApiProperty({ type: 'integer' })
  position!: number;
}
