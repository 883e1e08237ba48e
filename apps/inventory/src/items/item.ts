import type {
  Attributes,
  Change,
  EventType,
  Figures,
  Item,
  Level,
  LedgerEvent,
  Links,
  ListedLevel,
  Totals,
} from '@app/contracts';
import { Levels, type LevelState } from './levels';

/** What can be said of an item apart from its stock; the keys are those of an event's `fields`. */
export interface ItemFields {
  name: string;
  description: string;
  sku: string | null;
  category: string | null;
  barcodes: string[];
  tags: string[];
  reorderLevel: number;
  reorderQuantity: number | null;
  unitPrice: number;
  attributes: Attributes;
}

/** An item as the fold of its events. Never changed in place: the writer keeps the last durable one beside the one being decided. */
export interface ItemState extends ItemFields {
  id: string;
  deleted: boolean;
  /** Its alert stands: it became low and has not recovered since. */
  low: boolean;
  quantity: number;
  reserved: number;
  unavailable: number;
  incoming: number;
  levels: Levels;
  seq: number;
  position: number;
  createdAt: string;
  updatedAt: string;
}

export const BLANK: Readonly<ItemFields> = {
  name: '',
  description: '',
  sku: null,
  category: null,
  barcodes: [],
  tags: [],
  reorderLevel: 0,
  reorderQuantity: null,
  unitPrice: 0,
  attributes: {},
};

export const FIELD_NAMES = Object.keys(BLANK) as (keyof ItemFields)[];

/** The location that every ledger has. */
export const MAIN = 'main';

const NOTHING: Readonly<LevelState> = { onHand: 0, reserved: 0, unavailable: 0, incoming: 0, countedAt: null };

export const NO_CHANGE: Readonly<Change> = { onHand: 0, reserved: 0, unavailable: 0, incoming: 0 };

/** An item before its first event. Member by member, as everything here that is made for each event: see docs/decisions/0043. */
export function unborn(id: string): ItemState {
  return {
    id,
    name: BLANK.name,
    description: BLANK.description,
    sku: BLANK.sku,
    category: BLANK.category,
    barcodes: BLANK.barcodes,
    tags: BLANK.tags,
    reorderLevel: BLANK.reorderLevel,
    reorderQuantity: BLANK.reorderQuantity,
    unitPrice: BLANK.unitPrice,
    attributes: BLANK.attributes,
    deleted: false,
    low: false,
    quantity: 0,
    reserved: 0,
    unavailable: 0,
    incoming: 0,
    levels: Levels.NONE,
    seq: 0,
    position: 0,
    createdAt: '',
    updatedAt: '',
  };
}

/** The figures of an item at a location; zeros where it never was. */
export function levelAt(item: ItemState, location: string): LevelState {
  return item.levels.at(location) ?? NOTHING;
}

/** available = on hand − reserved − unavailable. */
export function availableOf(figures: Omit<Change, 'incoming'>): number {
  return figures.onHand - figures.reserved - figures.unavailable;
}

export function totalsOf(item: ItemState): Totals {
  const { quantity, reserved, unavailable, incoming } = item;
  return { quantity, reserved, unavailable, available: quantity - reserved - unavailable, incoming };
}

/** An event before it has a place in the ledger: what a rule decides. */
export interface Draft {
  type: EventType;
  location: string | null;
  change: Change;
  effectiveAt: string;
  unitCost: number | null;
  fields: LedgerEvent['fields'];
  /** What it belongs to, if to anything. */
  links?: Links;
}

/** What the fold needs of an event: of a draft, or of an event read from the ledger. */
export type Foldable = Pick<LedgerEvent, 'type' | 'location' | 'change' | 'effectiveAt' | 'fields'>;

/** Where an event stands in the ledger. */
export type LedgerPlace = Pick<LedgerEvent, 'seq' | 'position' | 'at'>;

/** The fold: the state after an event. Drafts, a rebuild, a verification and the past all run this one function. */
export function evolve(item: ItemState, event: Foldable, { seq, position, at }: LedgerPlace): ItemState {
  const next: ItemState = {
    ...item,
    quantity: item.quantity + event.change.onHand,
    reserved: item.reserved + event.change.reserved,
    unavailable: item.unavailable + event.change.unavailable,
    incoming: item.incoming + event.change.incoming,
    seq,
    position,
    updatedAt: at,
  };
  if (event.location !== null) next.levels = item.levels.with(event.location, movedLevel(item, event.location, event));
  if (event.fields) for (const name of FIELD_NAMES) takeField(next, name, event.fields[name]);
  if (event.type === 'item.created') next.createdAt = at;
  if (event.type === 'item.deleted') next.deleted = true;
  // What is gone lacks nothing; brought back, it is looked at anew.
  if (next.deleted) next.low = false;
  if (event.type === 'item.restored') next.deleted = false;
  return next;
}

function movedLevel(item: ItemState, location: string, event: Foldable): LevelState {
  const level = levelAt(item, location);
  const counted = event.type === 'stock.counted' && (level.countedAt === null || event.effectiveAt > level.countedAt);
  return {
    onHand: level.onHand + event.change.onHand,
    reserved: level.reserved + event.change.reserved,
    unavailable: level.unavailable + event.change.unavailable,
    incoming: level.incoming + event.change.incoming,
    countedAt: counted ? event.effectiveAt : level.countedAt,
  };
}

function takeField<Name extends keyof ItemFields>(item: ItemFields, name: Name, change?: [unknown, unknown]): void {
  // The value was decided by these rules and stored as it was: its type is that of the field.
  if (change) item[name] = change[1] as ItemFields[Name];
}

/** Levels shown inside an item; all of them have a list of their own. */
const LEVELS_SHOWN = 50;

/** Levels in the order of their locations: those after one, as many as asked for. */
export function levelsOf(item: ItemState, { after = '', most = Infinity } = {}): Level[] {
  const locations = item.levels.locations().filter((location) => location > after);
  return locations.slice(0, most).map((location) => {
    const { onHand, reserved, unavailable, incoming } = levelAt(item, location);
    return { location, onHand, reserved, unavailable, available: onHand - reserved - unavailable, incoming };
  });
}

/** The same, with when each place was last counted. */
export function listedLevelsOf(item: ItemState, page: { after: string; most: number }): ListedLevel[] {
  return levelsOf(item, page).map((level) => ({ ...level, lastCountedAt: levelAt(item, level.location).countedAt }));
}

export function figuresOf(item: ItemState): Figures {
  return figuresFrom(item, totalsOf(item));
}

/** The figures of an item, or of an item as an event left it. */
export function figuresFrom(
  { id, sku, seq }: Pick<Figures, 'id' | 'sku' | 'seq'>,
  { quantity, reserved, unavailable, available, incoming }: Totals,
): Figures {
  return { id, sku, quantity, reserved, unavailable, available, incoming, seq };
}

/** The item as clients see it. */
export function itemOf(item: ItemState): Item {
  const { quantity, reserved, unavailable, available, incoming } = totalsOf(item);
  return {
    id: item.id,
    sku: item.sku,
    quantity,
    reserved,
    unavailable,
    available,
    incoming,
    seq: item.seq,
    name: item.name,
    description: item.description,
    reorderLevel: item.reorderLevel,
    reorderQuantity: item.reorderQuantity,
    unitPrice: item.unitPrice,
    category: item.category,
    barcodes: item.barcodes,
    tags: item.tags,
    attributes: item.attributes,
    levels: levelsOf(item, { most: LEVELS_SHOWN }),
    position: item.position,
    createdAt: item.createdAt,
    updatedAt: item.updatedAt,
  };
}
