import type { AskStock, PastStock } from './as-of.dto';
import type { EventText, EventType, LedgerPage } from './event.dto';
import type { CreateItem, Item, ItemQuery, LevelPage, ListLevels, UpdateItem } from './item.dto';
import type { Rebuilt, Verification } from './ledger.dto';
import type { CreateLocation, ListLocations, Location, LocationPage, UpdateLocation } from './location.dto';
import type { BatchResult, Circumstances, Line, ListMovements, MovementRow } from './movement.dto';
import type { PageInfo } from './page.dto';
import type { AskValuation, ReorderReport, ReportPage, Summary, Valuation } from './report.dto';
import type {
  FulfilReservation,
  ListReservations,
  Reservation,
  ReservationLine,
  ReservationPage,
} from './reservation.dto';
import type { Actor } from './roles';
import type { CountEntry, CountResult, ListStocktakeLines, StocktakeLinePage } from './stocktake-count.dto';
import type {
  ApproveStocktake,
  ApprovedStocktake,
  ListStocktakes,
  OpenStocktake,
  Stocktake,
  StocktakePage,
} from './stocktake.dto';

/**
 * A message over Nest TCP, with the types of what goes and what comes back. Nest tries to JSON.parse a string pattern
 * for each message, and throwing on `'items.get'` halves its throughput: so the wire carries numeric strings.
 */
export interface Message<Request, Reply> {
  readonly name: string;
  readonly pattern: string;
  /** Only for the compiler: never set. */
  readonly types?: { request: Request; reply: Reply };
}

function message<Request, Reply>(pattern: number, name: string): Message<Request, Reply> {
  return { name, pattern: String(pattern) };
}

export type RequestOf<M> = M extends Message<infer Request, unknown> ? Request : never;
export type ReplyOf<M> =
  M extends Message<never, infer Reply> ? Reply : M extends Message<infer _, infer Reply> ? Reply : never;

/** What every packet carries beside its own content. */
export interface Packet<Request = unknown> {
  /** The internal token: who cannot show it is not answered. */
  token: string;
  requestId: string;
  body: Request;
}

/** What makes a command happen once, and says who wanted it. */
export interface Operation {
  /** 32 hexadecimal digits: derived from caller and `Idempotency-Key` when there is a key, else random. */
  id: string;
  /** Whether a client's key stands behind the id, so that a repeat is possible. */
  keyed: boolean;
  /** Hash of method, path and body: the same key with another one is a mistake of the client's. */
  fingerprint: string;
  actor: Actor;
  dryRun?: boolean;
}

/** The outcome of a command: what the client gets, and whether it was a repeat. */
export interface Done<Body> {
  body: Body;
  /** Position of the operation's last event; for one without events, of the ledger when it was decided. */
  position: number;
  replayed: boolean;
}

/** The outcome of a movement: the JSON of a `MovementResult`, made once by the inventory, and which items it touched. */
export interface Moved {
  json: string;
  position: number;
  replayed: boolean;
  touched: { id: string; seq: number }[];
}

/** `If-Match`: the seqs that the client would accept; empty when none of what it sent can match. Absent: any. */
export type IfMatch = number[];

export type CreateItemCommand = { operation: Operation; item: CreateItem };
export type UpdateItemCommand = { operation: Operation; itemId: string; changes: UpdateItem; ifMatch?: IfMatch };
export type DeleteItemCommand = { operation: Operation; itemId: string; ifMatch?: IfMatch };
export type RestoreItemCommand = { operation: Operation; itemId: string };
export type MoveCommand = { operation: Operation; lines: Line[] } & Circumstances;
/** At most 100 rows a message: more would make packets that block others. `row` numbers of the results are those given. */
export type MoveBatchCommand = { rows: { row: number; operation: Operation; line: MovementRow }[] };
export type ReverseCommand = { operation: Operation; position: number; reason: string };
export type CreateLocationCommand = { operation: Operation; location: CreateLocation };
export type UpdateLocationCommand = { operation: Operation; code: string; changes: UpdateLocation };
export type CloseLocationCommand = { operation: Operation; code: string };

export type ReserveCommand = {
  operation: Operation;
  lines: ReservationLine[];
  ttlSeconds: number;
  reference?: string;
};
export type ExtendReservationCommand = { operation: Operation; reservationId: string; ttlSeconds: number };
export type ReservationCommand = { operation: Operation; reservationId: string };
export type FulfilReservationCommand = ReservationCommand & FulfilReservation;

/** The outcome of a command on a reservation, and which items it touched. */
export interface Reserved extends Done<Reservation> {
  touched: Moved['touched'];
}

export type OpenStocktakeCommand = { operation: Operation; stocktake: OpenStocktake };
export type StocktakeCommand = { operation: Operation; stocktakeId: string };
export type CountCommand = StocktakeCommand & { counts: CountEntry[] };
export type ApproveStocktakeCommand = StocktakeCommand & ApproveStocktake;

/** The outcome of an approval, and which items it touched. */
export interface Approved extends Done<ApprovedStocktake> {
  touched: Moved['touched'];
}

/** An item as clients get it: its JSON, made once by the inventory and parsed by nobody who only passes it on. */
export interface ItemText {
  id: string;
  seq: number;
  json: string;
}

/** Items as of one read, in the order of the ids, possibly not all: 1 MiB at most; null for one that does not exist or is deleted. `position`: a lower bound of what is shown. */
export interface ItemsReply {
  items: (ItemText | null)[];
  position: number;
  epoch: string;
}

/** A page of items; `data` is the JSON of the list. */
export interface ItemListReply {
  data: string;
  page: PageInfo;
  position: number;
  epoch: string;
}

/** A page of the history: a `MovementPage` whose events are texts. */
export interface MovementListReply {
  events: EventText[];
  page: PageInfo;
  position: number;
}

export const items = {
  create: message<CreateItemCommand, Done<Item>>(10, 'items.create'),
  update: message<UpdateItemCommand, Done<Item>>(11, 'items.update'),
  delete: message<DeleteItemCommand, Done<null>>(12, 'items.delete'),
  restore: message<RestoreItemCommand, Done<Item>>(13, 'items.restore'),
  /** By id, up to 500: waiting reads of one tick travel together. */
  get: message<{ ids: string[] }, ItemsReply>(14, 'items.get'),
  /** By sku or barcode: the id of the item that has it now. */
  find: message<{ sku: string } | { barcode: string }, { id: string }>(15, 'items.find'),
  list: message<ItemQuery, ItemListReply>(16, 'items.list'),
  levels: message<ListLevels & { itemId: string }, LevelPage>(17, 'items.levels'),
  /** One item exactly at `position`: no event up to it is missing, none after it is in. */
  snapshot: message<{ itemId: string }, { item: Item | null; position: number; epoch: string }>(18, 'items.snapshot'),
} as const;

export const movements = {
  apply: message<MoveCommand, Moved>(20, 'movements.apply'),
  batch: message<MoveBatchCommand, BatchResult & { position: number }>(21, 'movements.batch'),
  list: message<ListMovements, MovementListReply>(22, 'movements.list'),
  reverse: message<ReverseCommand, Moved>(23, 'movements.reverse'),
} as const;

export const locations = {
  create: message<CreateLocationCommand, Done<Location>>(40, 'locations.create'),
  update: message<UpdateLocationCommand, Done<Location>>(41, 'locations.update'),
  close: message<CloseLocationCommand, Done<null>>(42, 'locations.close'),
  get: message<{ code: string }, Location>(43, 'locations.get'),
  list: message<ListLocations, LocationPage>(44, 'locations.list'),
} as const;

export const reservations = {
  reserve: message<ReserveCommand, Reserved>(50, 'reservations.reserve'),
  extend: message<ExtendReservationCommand, Reserved>(51, 'reservations.extend'),
  commit: message<ReservationCommand, Reserved>(52, 'reservations.commit'),
  release: message<ReservationCommand, Reserved>(53, 'reservations.release'),
  fulfil: message<FulfilReservationCommand, Reserved>(54, 'reservations.fulfil'),
  /** `position`: a lower bound of what is shown. */
  get: message<{ reservationId: string }, { reservation: Reservation; position: number }>(55, 'reservations.get'),
  list: message<ListReservations, ReservationPage>(56, 'reservations.list'),
} as const;

export const stocktakes = {
  open: message<OpenStocktakeCommand, Done<Stocktake>>(140, 'stocktakes.open'),
  count: message<CountCommand, Done<CountResult>>(141, 'stocktakes.count'),
  approve: message<ApproveStocktakeCommand, Approved>(142, 'stocktakes.approve'),
  cancel: message<StocktakeCommand, Done<Stocktake>>(143, 'stocktakes.cancel'),
  /** `position`: a lower bound of what is shown. */
  get: message<{ stocktakeId: string }, { stocktake: Stocktake; position: number }>(144, 'stocktakes.get'),
  list: message<ListStocktakes, StocktakePage>(145, 'stocktakes.list'),
  lines: message<ListStocktakeLines & { stocktakeId: string }, StocktakeLinePage>(146, 'stocktakes.lines'),
} as const;

/** Where to read on, and how long to wait for something to come. */
export interface LedgerRead {
  /** Events after this position; absent: nothing but the head. */
  after?: number;
  /** The epoch of `after`; another one than the ledger's is refused with `epoch-changed {epoch, head}`. */
  epoch?: string;
  /** At most 1,000; pages stop at 1 MiB too. */
  limit?: number;
  /** Up to 30,000. */
  waitMs?: number;
  itemId?: string;
  types?: EventType[];
}

export const ledger = {
  read: message<LedgerRead, LedgerPage>(30, 'ledger.read'),
  verify: message<{ known?: { position: number; hash: string } }, Verification>(31, 'ledger.verify'),
  rebuild: message<Record<string, never>, Rebuilt>(32, 'ledger.rebuild'),
} as const;

export const asOf = {
  /** `position`: the head of the ledger when the question came; what the answer shows of the item is at least that. */
  stock: message<AskStock & { itemId: string }, { stock: PastStock; position: number }>(60, 'asOf.stock'),
} as const;

/** A report, and the state of the ledger that it shows at least. */
export interface Reported<Report> {
  report: Report;
  position: number;
}

export const reports = {
  summary: message<Record<string, never>, Reported<Summary>>(70, 'reports.summary'),
  reorder: message<ReportPage, Reported<ReorderReport>>(71, 'reports.reorder'),
  valuation: message<AskValuation, Reported<Valuation>>(72, 'reports.valuation'),
} as const;
