import type { LedgerEvent } from '@app/contracts';
import type { Schemas } from './json-schema';

const ID = '65a1b2c3d4e5f60718293a4b';
const TIME = '2026-01-05T10:00:00.123Z';
const UUID = '0b6f2d1c-5d7e-4a58-9c3f-2f1e8a7f3a10';

/** What a member is shown as where its class has no example: one word means one thing everywhere. `Schema.member` wins over `member`. */
const MEMBERS: Readonly<Record<string, unknown>> = {
  id: ID,
  itemId: ID,
  epoch: UUID,
  operationId: UUID,
  requestId: UUID,
  position: 1_042,
  head: 1_042,
  firstPosition: 1_040,
  seq: 17,
  at: TIME,
  effectiveAt: TIME,
  createdAt: TIME,
  updatedAt: TIME,
  openedAt: TIME,
  countedAt: TIME,
  lastCountedAt: TIME,
  lastIssuedAt: TIME,
  lastMovedAt: TIME,
  expiresAt: '2026-01-05T10:15:00.000Z',
  expectedAt: '2026-01-12T00:00:00.000Z',
  since: TIME,
  sku: '85123A',
  name: 'White hanging heart',
  description: 'Painted wood, 12 cm',
  category: 'Decoration',
  barcodes: ['5012345678900'],
  tags: ['heart'],
  tag: 'heart',
  q: 'heart',
  attributes: { colour: 'white' },
  reorderLevel: 3,
  reorderQuantity: 24,
  unitPrice: 2.55,
  unitCost: 1.25,
  quantity: 10,
  onHand: 10,
  reserved: 2,
  unavailable: 1,
  available: 7,
  incoming: 0,
  'Change.onHand': -3,
  'Change.reserved': 0,
  'Change.unavailable': 0,
  open: 6,
  received: 4,
  fulfilled: 4,
  returned: 0,
  missing: 0,
  cancelled: 0,
  lines: 120,
  variances: 3,
  expected: 10,
  counted: 9,
  'Stocktake.counted': 118,
  variance: -1,
  change: -1,
  booked: 118,
  gone: 0,
  limit: 50,
  total: 2_803,
  row: 0,
  rows: 500,
  valid: 500,
  applied: 500,
  rejected: 0,
  line: 17,
  column: 'quantity',
  fileName: 'sales.csv',
  checked: 46_958,
  hash: 'ca4ea8d2f0b94b1f3d6c0a7be8f3a2c5d9e1b7f60c4a83d25e9f1b6a7c8d0e3f',
  items: 2_803,
  reservations: 12,
  transfers: 3,
  expectations: 1,
  accessToken: 'eyJhbGciOiJIUzI1NiJ9.…',
  refreshToken: `sr_${ID}_…`,
  key: `sw_${ID}_…`,
  expiresIn: 900,
  'ApiKey.name': 'Web shop',
  'CreatedApiKey.name': 'Web shop',
  lag: 0,
  failures: 0,
  after: 1_000,
  messageId: `${ID}_${UUID}_1042`,
  attempt: 1,
  statusCode: 200,
  durationMs: 38,
  title: 'Not enough stock is available',
  status: 409,
  detail: 'Only 7 of White hanging heart are available at main.',
  instance: '/api/v1/movements',
};

/** One event, whose members belong together. */
export const EVENT = {
  position: 1_042,
  epoch: UUID,
  type: 'stock.issued',
  itemId: ID,
  sku: '85123A',
  name: 'White hanging heart',
  seq: 17,
  at: TIME,
  effectiveAt: TIME,
  actor: { kind: 'user', id: ID, name: 'ana@example.com' },
  operationId: UUID,
  reason: 'sale',
  reference: '536365',
  note: null,
  location: 'main',
  change: { onHand: -3, reserved: 0, unavailable: 0, incoming: 0 },
  before: { quantity: 10, reserved: 0, unavailable: 0, available: 10, incoming: 0 },
  after: { quantity: 7, reserved: 0, unavailable: 0, available: 7, incoming: 0 },
  level: { onHand: 7, reserved: 0, unavailable: 0, incoming: 0 },
  unitCost: null,
  category: 'Decoration',
  links: {},
  fields: null,
} satisfies LedgerEvent;

const WHOLE: Readonly<Record<string, object>> = {
  Event: EVENT,
  RoomEvent: { ...EVENT, room: 'location:main' },
  Links: {},
};

interface Documented {
  type?: string | string[];
  nullable?: boolean;
  example?: unknown;
  default?: unknown;
  enum?: unknown;
}

const TYPES: Readonly<Record<string, (example: unknown) => boolean>> = {
  string: (example) => typeof example === 'string',
  integer: Number.isInteger,
  number: (example) => typeof example === 'number',
  array: Array.isArray,
  object: (example) => typeof example === 'object' && !Array.isArray(example),
};

/** Gives an example to whatever has none of its own, so that Swagger UI shows answers that look like answers. */
export function addExamples(schemas: Schemas): void {
  for (const [name, schema] of Object.entries(schemas)) {
    if (!('properties' in schema)) continue;
    if (WHOLE[name]) schema.example ??= WHOLE[name];
    for (const [member, property] of Object.entries(schema.properties ?? {}))
      if (!('$ref' in property)) addExample(name, member, property);
  }
}

function addExample(schema: string, member: string, property: Documented): void {
  const { type, nullable } = property;
  if (typeof type !== 'string') return;
  if (['example', 'default', 'enum', 'allOf', 'oneOf'].some((keyword) => keyword in property)) return;
  const example = MEMBERS[`${schema}.${member}`] ?? MEMBERS[member];
  if (example !== undefined && TYPES[type]?.(example)) property.example = example;
  // What is usually not there is not made up.
  else if (nullable) property.example = null;
}
