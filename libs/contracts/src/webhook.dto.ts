import { ApiProperty } from '@nestjs/swagger';
import { EVENT_TYPES, type EventType } from './event.dto';
import { Id, Choice, Ids, SomeOf, Text, Whole, WholeQuery } from './fields';
import { LIMITS } from './limits';
import { PageInfo } from './page.dto';

const URL_FIELD = {
  max: LIMITS.webhookUrl,
  description:
    'http or https, without user and password. A private or loopback address is refused unless `WEBHOOK_ALLOW_PRIVATE` is set.',
  example: 'https://shop.example.com/hooks/stockwire',
} as const;
const TYPES_FIELD = {
  optional: true,
  nullable: true,
  description: 'Only events of these types; null: of all.',
} as const;
const ITEMS_FIELD = {
  optional: true,
  nullable: true,
  maxItems: LIMITS.webhookItems,
  description: 'Only events of these items; null: of all.',
} as const;

/** `POST /webhooks`. */
export class CreateWebhook {
  @Text(URL_FIELD)
  url!: string;

  @SomeOf(EVENT_TYPES, TYPES_FIELD)
  types?: EventType[] | null;

  @Ids(ITEMS_FIELD)
  itemIds?: string[] | null;

  @Whole({
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    optional: true,
    description: 'Deliver the events after this position; without it, those that come from now on.',
  })
  after?: number;
}

/** `PATCH /webhooks/:id`: what is left out stays. */
export class UpdateWebhook {
  @Text({ ...URL_FIELD, optional: true })
  url?: string;

  @SomeOf(EVENT_TYPES, TYPES_FIELD)
  types?: EventType[] | null;

  @Ids(ITEMS_FIELD)
  itemIds?: string[] | null;

  @Choice({ description: 'True stops the deliveries, false lets them go on where they stopped.' })
  disabled?: boolean;
}

/** `POST /webhooks/:id/replay`. */
export class ReplayWebhook {
  @Whole({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'Deliver everything after this position again.' })
  after!: number;
}

/** `active`: delivers. `failing`: tries again. `parked`: has given up until it is resumed. `disabled`: by a person, or by 410 Gone. */
export const WEBHOOK_STATUSES = ['active', 'failing', 'parked', 'disabled'] as const;
export type WebhookStatus = (typeof WEBHOOK_STATUSES)[number];

/** A webhook, as it stands. */
export class Webhook {
  @ApiProperty()
  id!: string;

  @ApiProperty({ example: URL_FIELD.example })
  url!: string;

  @ApiProperty({ enum: EVENT_TYPES, enumName: 'EventType', isArray: true, nullable: true, description: 'null: all.' })
  types!: EventType[] | null;

  @ApiProperty({ type: [String], nullable: true, description: 'null: all.' })
  itemIds!: string[] | null;

  @ApiProperty({
    enum: WEBHOOK_STATUSES,
    enumName: 'WebhookStatus',
    description:
      '`failing`: the last attempt failed and is repeated at `nextAttemptAt`. `parked`: it failed for three days; `POST …/resume` ' +
      'goes on. `disabled`: by `PATCH`, or because the endpoint answered 410.',
  })
  status!: WebhookStatus;

  @ApiProperty({ description: 'Whether the deliveries are stopped, by `PATCH` or because the endpoint answered 410.' })
  disabled!: boolean;

  @ApiProperty({ description: 'The ledger that `position` belongs to.' })
  epoch!: string;

  @ApiProperty({ type: 'integer', description: 'Everything up to here was delivered or did not match.' })
  position!: number;

  @ApiProperty({ type: 'integer', description: 'Positions of the ledger after `position`.' })
  lag!: number;

  @ApiProperty({ type: 'integer', description: 'Failed attempts at the delivery that is due.' })
  failures!: number;

  @ApiProperty({ type: String, nullable: true, description: 'Why the last attempt failed.' })
  lastError!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When that delivery failed first.' })
  failingSince!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  nextAttemptAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  parkedAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  lastDeliveredAt!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Until then the secret before the last rotation signs too.',
  })
  previousSecretExpiresAt!: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;
}

const SECRET = {
  example: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDzOkUOhQWJRo=',
  description: 'Verifies the signatures. Shown this once.',
} as const;

export class CreatedWebhook extends Webhook {
  @ApiProperty(SECRET)
  secret!: string;
}

/** `POST /webhooks/:id/rotate-secret`. */
export class RotatedSecret {
  @ApiProperty(SECRET)
  secret!: string;

  @ApiProperty({ format: 'date-time', description: 'Until then deliveries are signed with the old secret too.' })
  previousSecretExpiresAt!: string;
}

/** `GET /webhooks`, in the order of creation. */
export class ListWebhooks {
  @WholeQuery({ min: 1, max: LIMITS.pageSize, default: LIMITS.pageSizeDefault })
  limit?: number;

  @Id({ optional: true, description: '`page.nextCursor` of the page before.' })
  cursor?: string;
}

export class WebhookPage {
  @ApiProperty({ type: [Webhook] })
  data!: Webhook[];

  @ApiProperty({ type: PageInfo })
  page!: PageInfo;
}

/** `GET /webhooks/:id/deliveries`, the newest first. */
export class ListDeliveries extends ListWebhooks {}

export const DELIVERY_STATUSES = ['succeeded', 'failed'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** One attempt. */
export class Delivery {
  @ApiProperty()
  id!: string;

  @ApiProperty({ description: 'The header `webhook-id`: the same for every attempt at the same event.' })
  messageId!: string;

  @ApiProperty({ example: 'stock.issued', description: 'Of the event; also `webhook.test` and `ledger.reset`.' })
  type!: string;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Of the event; null for a test.' })
  position!: number | null;

  @ApiProperty({ type: 'integer', description: '1 for the first.' })
  attempt!: number;

  @ApiProperty({ enum: DELIVERY_STATUSES, enumName: 'DeliveryStatus' })
  status!: DeliveryStatus;

  @ApiProperty({ type: 'integer', nullable: true, description: 'null: there was no answer.' })
  statusCode!: number | null;

  @ApiProperty({ type: String, nullable: true })
  error!: string | null;

  @ApiProperty({ type: 'integer' })
  durationMs!: number;

  @ApiProperty({ format: 'date-time' })
  at!: string;
}

export class DeliveryPage {
  @ApiProperty({ type: [Delivery] })
  data!: Delivery[];

  @ApiProperty({ type: PageInfo })
  page!: PageInfo;
}

/** `POST /webhooks/:id/test`: what came of it. */
export class TestResult extends Delivery {}
