import { newId } from '@app/common';
import {
  CreatedWebhook,
  CreateWebhook,
  DeliveryPage,
  ListDeliveries,
  ListWebhooks,
  NoQuery,
  ReplayWebhook,
  RotatedSecret,
  TestResult,
  UpdateWebhook,
  Webhook,
  WebhookPage,
  webhooks,
  type Message,
} from '@app/contracts';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { randomUUID } from 'node:crypto';
import { Describes } from '../auth/document';
import { Roles } from '../auth/policy';
import { CurrentExchange, type Exchange } from '../http/exchange';
import { NoBody } from '../http/no-body';
import { IdPipe } from '../http/path-id';
import { Notification } from './notification.service';
import { CREATE_WEBHOOK_EXAMPLES, REPLAY_WEBHOOK_EXAMPLES, UPDATE_WEBHOOK_EXAMPLES } from './webhook-examples';

/** An endpoint may take this long to answer a test, and some more until we have told of it. */
const TEST_MS = 35_000;

@ApiTags('webhooks')
@Controller('webhooks')
@Roles('manager')
export class WebhooksController {
  constructor(private readonly notification: Notification) {}

  @Get()
  @Describes({
    id: 'listWebhooks',
    summary: 'Webhooks, in the order of creation',
    description: 'Without their secrets.',
    answer: WebhookPage,
  })
  list(@Query() { ...query }: ListWebhooks, @CurrentExchange() exchange: Exchange): Promise<WebhookPage> {
    return this.ask(exchange, webhooks.list, query);
  }

  @Post()
  @ApiBody({ type: CreateWebhook, examples: CREATE_WEBHOOK_EXAMPLES })
  @Describes({
    id: 'createWebhook',
    summary: 'Have events delivered by HTTP; the answer shows the secret this once',
    description:
      'Each event is posted as `{type, timestamp, data: Event}`, signed as [Standard Webhooks](https://www.standardwebhooks.com) ' +
      'says (headers `webhook-id`, `webhook-timestamp`, `webhook-signature`), in order of position, at least once: an answer of ' +
      '2xx within 10 s is taken, everything else is tried again for three days.',
    status: 201,
    answer: CreatedWebhook,
    refuses: ['too-many-webhooks'],
  })
  create(
    @Body() webhook: CreateWebhook,
    @Query() _query: NoQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<CreatedWebhook> {
    return this.ask(exchange, webhooks.create, { id: newId(), webhook });
  }

  @Get(':id')
  @Describes({
    id: 'getWebhook',
    summary: 'How a webhook stands',
    description: '`lag` is how many positions it is behind, `nextAttemptAt` when a failed delivery is tried again.',
    answer: Webhook,
    refuses: ['not-found'],
  })
  get(
    @Param('id', IdPipe) id: string,
    @Query() _query: NoQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Webhook> {
    return this.ask(exchange, webhooks.get, { id });
  }

  @Patch(':id')
  @ApiBody({ type: UpdateWebhook, examples: UPDATE_WEBHOOK_EXAMPLES })
  @Describes({
    id: 'updateWebhook',
    summary: 'Change, stop or start a webhook',
    description:
      'Another `url`, `types` or `itemIds`; `null` takes a filter away. `disabled: false` goes on where it stopped.',
    answer: Webhook,
    refuses: ['not-found'],
  })
  update(
    @Param('id', IdPipe) id: string,
    @Body() changes: UpdateWebhook,
    @Query() _query: NoQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Webhook> {
    return this.ask(exchange, webhooks.update, { id, changes });
  }

  @Delete(':id')
  @HttpCode(204)
  @Describes({
    id: 'deleteWebhook',
    summary: 'Remove a webhook and its log',
    description: 'One delivery may still be under way.',
    refuses: ['not-found'],
  })
  remove(
    @Param('id', IdPipe) id: string,
    @Query() _query: NoQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<null> {
    return this.ask(exchange, webhooks.delete, { id });
  }

  @Get(':id/deliveries')
  @Describes({
    id: 'listWebhookDeliveries',
    summary: 'Attempts, the newest first; about the last thousand are kept, for thirty days',
    description: 'Each with status code, error and duration: what to look at when a webhook is `failing`.',
    answer: DeliveryPage,
    refuses: ['not-found'],
  })
  deliveries(
    @Param('id', IdPipe) id: string,
    @Query() { ...query }: ListDeliveries,
    @CurrentExchange() exchange: Exchange,
  ): Promise<DeliveryPage> {
    return this.ask(exchange, webhooks.deliveries, { id, ...query });
  }

  @Post(':id/test')
  @HttpCode(200)
  @Describes({
    id: 'testWebhook',
    summary: 'Post a message of type webhook.test now; the answer is what came of it',
    description: 'Also to a webhook that is parked or disabled. Nothing is tried again, and its place does not change.',
    answer: TestResult,
    refuses: ['not-found'],
  })
  test(
    @Param('id', IdPipe) id: string,
    @Query() _query: NoQuery,
    @NoBody() _nothing: void,
    @CurrentExchange() exchange: Exchange,
  ): Promise<TestResult> {
    return this.ask(exchange, webhooks.test, { id }, TEST_MS);
  }

  @Post(':id/replay')
  @HttpCode(200)
  @ApiBody({ type: ReplayWebhook, examples: REPLAY_WEBHOOK_EXAMPLES })
  @Describes({
    id: 'replayWebhook',
    summary: 'Deliver everything after a position again',
    description:
      'With the same `webhook-id` as the first time, so that a receiver knows what it has seen. One that is parked or disabled ' +
      'delivers again.',
    answer: Webhook,
    refuses: ['not-found'],
  })
  replay(
    @Param('id', IdPipe) id: string,
    @Body() { after }: ReplayWebhook,
    @Query() _query: NoQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Webhook> {
    return this.ask(exchange, webhooks.replay, { id, after });
  }

  @Post(':id/resume')
  @HttpCode(200)
  @Describes({
    id: 'resumeWebhook',
    summary: 'Try again at once: one that is parked, disabled, or waits for its next attempt',
    description: 'It goes on with the event at which it stopped.',
    answer: Webhook,
    refuses: ['not-found'],
  })
  resume(
    @Param('id', IdPipe) id: string,
    @Query() _query: NoQuery,
    @NoBody() _nothing: void,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Webhook> {
    return this.ask(exchange, webhooks.resume, { id });
  }

  @Post(':id/rotate-secret')
  @HttpCode(200)
  @Describes({
    id: 'rotateWebhookSecret',
    summary: 'Make a new secret; for 24 hours the old one signs too',
    description:
      'The answer shows it this once. Until `previousSecretExpiresAt` deliveries carry a signature with each.',
    answer: RotatedSecret,
    refuses: ['not-found'],
  })
  rotate(
    @Param('id', IdPipe) id: string,
    @Query() _query: NoQuery,
    @NoBody() _nothing: void,
    @CurrentExchange() exchange: Exchange,
  ): Promise<RotatedSecret> {
    return this.ask(exchange, webhooks.rotate, { id, rotation: randomUUID() });
  }

  private ask<Request, Reply>(
    { request }: Exchange,
    message: Message<Request, Reply>,
    body: Request,
    deadlineMs?: number,
  ): Promise<Reply> {
    const options = { requestId: request.id, ...(deadlineMs !== undefined && { deadlineMs }) };
    return this.notification.call(message, body, options);
  }
}
