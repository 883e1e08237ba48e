import type { AskStock, PastStock } from './as-of.dto';
import type { AskClasses, AskDeadStock, AskTurnover, ClassReport, DeadStock, TurnoverReport } from './consumption.dto';
import type { Cursor, EventText, LedgerPage } from './event.dto';
import type {
  CreateExpectation,
  Expectation,
  ExpectationPage,
  ListExpectations,
  ReceiveExpectation,
} from './expectation.dto';
import type { CreateItem, Item, ItemQuery, LevelPage, ListLevels, UpdateItem } from './item.dto';
import type { Rebuilt, Verification } from './ledger.dto';
import type { AskListed, AskMissed, LedgerRead, Missed } from './ledger-read';
import type { CreateLocation, ListLocations, Location, LocationPage, UpdateLocation } from './location.dto';
import { command, message, patient, question } from './message';
import type { BatchResult, Circumstances, Line, ListMovements, MovementRow } from './movement.dto';
import type { EndOrder } from './order.dto';
import type { PageBothWays, PageInfo } from './page.dto';
import type { AskValuation, ReorderReport, ReportPage, Summary, Valuation } from './report.dto';
import type {
  CreateReservation,
  ExtendReservation,
  FulfilReservation,
  ListReservations,
  Reservation,
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
import type {
  CloseTransfer,
  CreateTransfer,
  ListTransfers,
  ReceiveTransfer,
  Transfer,
  TransferPage,
} from './transfer.dto';
import type {
  CreatedWebhook,
  CreateWebhook,
  DeliveryPage,
  ListDeliveries,
  ListWebhooks,
  RotatedSecret,
  TestResult,
  UpdateWebhook,
  Webhook,
  WebhookPage,
} from './webhook.dto';

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
/** At most 500 rows a message: more would make packets that block others. `row` numbers of the results are those given. */
export type MoveBatchCommand = { rows: { row: number; operation: Operation; line: MovementRow }[] };
/** `replayed`: how many of the applied rows had been applied before, under the same key. */
export type BatchReply = BatchResult & { position: number; replayed: number };
/** `mustExist`: an item that never was is `not-found`, and not an empty history. */
export type ListHistory = ListMovements & { mustExist?: boolean };
export type ReverseCommand = { operation: Operation; position: number; reason: string };
export type CreateLocationCommand = { operation: Operation; location: CreateLocation };
export type UpdateLocationCommand = { operation: Operation; code: string; changes: UpdateLocation };
export type CloseLocationCommand = { operation: Operation; code: string };

/** A new reservation, transfer or expectation, and a change of one, or of a stocktake, that there is. */
export type NewOrder<Body> = { operation: Operation } & Body;
export type OnOrder<Body = unknown> = { operation: Operation; id: string } & Body;

/** The outcome of a command on one of these, and which items it touched. */
export interface Ordered<Body> extends Done<Body> {
  touched: Moved['touched'];
}

/** One of these, as it is; `position`: a lower bound of what is shown. */
export interface Shown<Body> {
  body: Body;
  position: number;
}

export type OpenStocktakeCommand = { operation: Operation; stocktake: OpenStocktake };
export type CountCommand = OnOrder<{ counts: CountEntry[] }>;

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
  page: PageBothWays;
  position: number;
}

export const items = {
  create: command<CreateItemCommand, Done<Item>>(10, 'items.create'),
  update: command<UpdateItemCommand, Done<Item>>(11, 'items.update'),
  delete: command<DeleteItemCommand, Done<null>>(12, 'items.delete'),
  restore: command<RestoreItemCommand, Done<Item>>(13, 'items.restore'),
  /** By id, up to 500: waiting reads of one tick travel together. */
  get: message<{ ids: string[] }, ItemsReply>(14, 'items.get'),
  /** By sku or barcode: the id of the item that has it now. */
  find: message<{ sku: string } | { barcode: string }, { id: string }>(15, 'items.find'),
  list: message<ItemQuery, ItemListReply>(16, 'items.list'),
  levels: message<ListLevels & { itemId: string }, LevelPage>(17, 'items.levels'),
  /** One item exactly at `position`: no event up to it is missing, none after it is in. */
  snapshot: question<{ itemId: string }, { item: Item | null; position: number; epoch: string }>(18, 'items.snapshot'),
  low: message<{ limit: number }, LowItems>(19, 'items.low'),
} as const;

export const movements = {
  apply: command<MoveCommand, Moved>(20, 'movements.apply'),
  batch: command<MoveBatchCommand, BatchReply>(21, 'movements.batch'),
  list: message<ListHistory, MovementListReply>(22, 'movements.list'),
  reverse: command<ReverseCommand, Moved>(23, 'movements.reverse'),
} as const;

export const locations = {
  create: command<CreateLocationCommand, Done<Location>>(40, 'locations.create'),
  update: command<UpdateLocationCommand, Done<Location>>(41, 'locations.update'),
  close: command<CloseLocationCommand, Done<null>>(42, 'locations.close'),
  get: message<{ code: string }, Location>(43, 'locations.get'),
  list: message<ListLocations, LocationPage>(44, 'locations.list'),
} as const;

export const reservations = {
  reserve: command<NewOrder<CreateReservation>, Ordered<Reservation>>(50, 'reservations.reserve'),
  extend: command<OnOrder<ExtendReservation>, Ordered<Reservation>>(51, 'reservations.extend'),
  commit: command<OnOrder, Ordered<Reservation>>(52, 'reservations.commit'),
  release: command<OnOrder, Ordered<Reservation>>(53, 'reservations.release'),
  fulfil: command<OnOrder<FulfilReservation>, Ordered<Reservation>>(54, 'reservations.fulfil'),
  get: message<{ id: string }, Shown<Reservation>>(55, 'reservations.get'),
  list: message<ListReservations, ReservationPage>(56, 'reservations.list'),
} as const;

export const transfers = {
  dispatch: command<NewOrder<CreateTransfer>, Ordered<Transfer>>(80, 'transfers.dispatch'),
  receive: command<OnOrder<ReceiveTransfer>, Ordered<Transfer>>(81, 'transfers.receive'),
  close: command<OnOrder<CloseTransfer>, Ordered<Transfer>>(82, 'transfers.close'),
  cancel: command<OnOrder<EndOrder>, Ordered<Transfer>>(83, 'transfers.cancel'),
  get: message<{ id: string }, Shown<Transfer>>(84, 'transfers.get'),
  list: message<ListTransfers, TransferPage>(85, 'transfers.list'),
} as const;

export const expectations = {
  expect: command<NewOrder<CreateExpectation>, Ordered<Expectation>>(90, 'expectations.expect'),
  receive: command<OnOrder<ReceiveExpectation>, Ordered<Expectation>>(91, 'expectations.receive'),
  cancel: command<OnOrder<EndOrder>, Ordered<Expectation>>(92, 'expectations.cancel'),
  get: message<{ id: string }, Shown<Expectation>>(93, 'expectations.get'),
  list: message<ListExpectations, ExpectationPage>(94, 'expectations.list'),
} as const;

/** Sheets lie beside the ledger, but all that write on one take turns: with the one that writes. */
export const stocktakes = {
  open: command<OpenStocktakeCommand, Done<Stocktake>>(140, 'stocktakes.open'),
  count: command<CountCommand, Done<CountResult>>(141, 'stocktakes.count'),
  approve: command<OnOrder<ApproveStocktake>, Ordered<ApprovedStocktake>>(142, 'stocktakes.approve'),
  cancel: command<OnOrder, Done<Stocktake>>(143, 'stocktakes.cancel'),
  get: message<{ id: string }, Shown<Stocktake>>(144, 'stocktakes.get'),
  list: message<ListStocktakes, StocktakePage>(145, 'stocktakes.list'),
  lines: message<ListStocktakeLines & { id: string }, StocktakeLinePage>(146, 'stocktakes.lines'),
} as const;

/** The items whose alert stands, exactly at `position`. */
export interface LowItems extends Cursor {
  /** The JSON of a list of items. */
  data: string;
  /** There are more. */
  truncated: boolean;
}

export const ledger = {
  read: message<LedgerRead, LedgerPage>(30, 'ledger.read'),
  /** As `read`, for who goes on from there: asked of the one that writes, which tells it first. */
  follow: patient(question<LedgerRead, LedgerPage>(34, 'ledger.follow')),
  verify: patient(message<{ known?: { position: number; hash: string } }, Verification>(31, 'ledger.verify')),
  rebuild: command<Record<string, never>, Rebuilt>(32, 'ledger.rebuild'),
  /** @throws DomainError `epoch-changed` as `read` */
  missed: message<AskMissed, Missed>(33, 'ledger.missed'),
  /** Among inventories: whether the listing shows that much. Only the one that writes keeps it. */
  listed: message<AskListed, boolean>(35, 'ledger.listed'),
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
  turnover: message<AskTurnover, Reported<TurnoverReport>>(73, 'reports.turnover'),
  abc: message<AskClasses, Reported<ClassReport>>(74, 'reports.abc'),
  deadStock: message<AskDeadStock, Reported<DeadStock>>(75, 'reports.deadStock'),
} as const;

/** To the notification app. What a lost connection makes the client send twice has an id made by the gateway, so it happens once. */
export const webhooks = {
  create: message<{ id: string; webhook: CreateWebhook }, CreatedWebhook>(110, 'webhooks.create'),
  list: message<ListWebhooks, WebhookPage>(111, 'webhooks.list'),
  get: message<{ id: string }, Webhook>(112, 'webhooks.get'),
  update: message<{ id: string; changes: UpdateWebhook }, Webhook>(113, 'webhooks.update'),
  delete: message<{ id: string }, null>(114, 'webhooks.delete'),
  deliveries: message<ListDeliveries & { id: string }, DeliveryPage>(115, 'webhooks.deliveries'),
  test: message<{ id: string }, TestResult>(116, 'webhooks.test'),
  replay: message<{ id: string; after: number }, Webhook>(117, 'webhooks.replay'),
  resume: message<{ id: string }, Webhook>(118, 'webhooks.resume'),
  rotate: message<{ id: string; rotation: string }, RotatedSecret>(119, 'webhooks.rotate'),
} as const;
