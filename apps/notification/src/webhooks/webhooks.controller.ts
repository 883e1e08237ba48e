import { Handle } from '@app/common';
import {
  webhooks,
  type CreatedWebhook,
  type CreateWebhook,
  type DeliveryPage,
  type ListDeliveries,
  type ListWebhooks,
  type RotatedSecret,
  type TestResult,
  type UpdateWebhook,
  type Webhook,
  type WebhookPage,
} from '@app/contracts';
import { Controller } from '@nestjs/common';
import { Webhooks } from './webhooks.service';

/** Answers the gateway, over Nest TCP. */
@Controller()
export class WebhooksController {
  constructor(private readonly service: Webhooks) {}

  @Handle(webhooks.create)
  create({ id, webhook }: { id: string; webhook: CreateWebhook }): Promise<CreatedWebhook> {
    return this.service.create(id, webhook);
  }

  @Handle(webhooks.list)
  list(query: ListWebhooks): Promise<WebhookPage> {
    return this.service.list(query);
  }

  @Handle(webhooks.get)
  get({ id }: { id: string }): Promise<Webhook> {
    return this.service.get(id);
  }

  @Handle(webhooks.update)
  update({ id, changes }: { id: string; changes: UpdateWebhook }): Promise<Webhook> {
    return this.service.update(id, changes);
  }

  @Handle(webhooks.delete)
  delete({ id }: { id: string }): Promise<null> {
    return this.service.delete(id);
  }

  @Handle(webhooks.deliveries)
  deliveries(query: ListDeliveries & { id: string }): Promise<DeliveryPage> {
    return this.service.deliveries(query);
  }

  @Handle(webhooks.test)
  test({ id }: { id: string }): Promise<TestResult> {
    return this.service.test(id);
  }

  @Handle(webhooks.replay)
  replay({ id, after }: { id: string; after: number }): Promise<Webhook> {
    return this.service.replay(id, after);
  }

  @Handle(webhooks.resume)
  resume({ id }: { id: string }): Promise<Webhook> {
    return this.service.resume(id);
  }

  @Handle(webhooks.rotate)
  rotate({ id, rotation }: { id: string; rotation: string }): Promise<RotatedSecret> {
    return this.service.rotate(id, rotation);
  }
}
