/** The bounds of the public contract, each defined once. */
export const LIMITS = {
  /** Quantities and totals lie within ± this many pieces. */
  quantity: 1_000_000_000,
  /** Highest unit price or cost, so that four decimals stay exact in a double. */
  price: 100_000_000_000,
  name: 200,
  description: 4_000,
  sku: 64,
  category: 100,
  tags: 32,
  tag: 50,
  barcodes: 16,
  barcode: 64,
  attributes: 32,
  attributeKey: 64,
  attributeText: 200,
  reason: 100,
  reference: 200,
  note: 1_000,
  linesPerMovement: 100,
  rowsPerBatch: 1_000,
  /** Seven days. */
  ttlSeconds: 604_800,
  /** Lines of one stocktake: approved, they are one operation, for which all other writes wait (see decision 15). */
  stocktakeLines: 2_000,
  /** Stocktakes that are open at the same time. */
  stocktakesOpen: 200,
  countsPerRequest: 1_000,
  /** Rows of a file of counts: all of them are counted or none. */
  countRows: 10_000,
  pageSize: 200,
  pageSizeDefault: 50,
  eventsPage: 1_000,
  eventsPageDefault: 100,
  eventsWaitSeconds: 30,
  locationCode: 64,
  locationName: 200,
  address: 500,
  /** Locations, the closed ones too: every inventory keeps them all in memory. */
  locations: 10_000,
  search: 200,
  /** What somebody says that they do in a room. */
  activity: 100,
  cursor: 2_048,
  /** Bytes of serialized documents in one page. */
  pageBytes: 1_048_576,
  bodyBytes: 1_048_576,
  importBytes: 52_428_800,
  importMap: 10_000,
  /** Errors in the answer to a dry run, shown with a job, kept of a job. */
  importErrors: 1_000,
  importErrorsShown: 100,
  importErrorsKept: 10_000,
  /** Each is a loop of its own in a notification process. */
  webhooks: 100,
  webhookUrl: 2_048,
  webhookItems: 100,
  /** Deliveries that are kept of each webhook. */
  deliveriesKept: 1_000,
  idempotencyKey: 255,
  passwordMin: 12,
  passwordMax: 128,
} as const;
