import { TcpClient } from '@app/common';
import { ledger, type Message, type Reported } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { atLeast } from '../events/at-least';
import { EventFeed } from '../events/event-feed.service';
import type { Exchange } from '../http/exchange';
import { minPositionOf } from '../http/operation';
import { ReportCache } from './report-cache.service';

/** Answers reports from the cache while the ledger stands where they were made, else by the inventory. */
@Injectable()
export class ReportReader {
  constructor(
    private readonly inventory: TcpClient,
    private readonly cache: ReportCache,
    private readonly feed: EventFeed,
  ) {}

  async read<Request extends object, Report>(
    { request, reply }: Exchange,
    message: Message<Request, Reported<Report>>,
    query: Request,
  ): Promise<Report> {
    const options = { requestId: request.id };
    const question = `${message.name} ${JSON.stringify(query, Object.keys(query).sort())}`;
    // Asked and not taken from our own feed: whoever wrote a moment ago, at whatever gateway, sees it.
    const now = this.cache.works ? await this.inventory.call(ledger.read, {}, options) : undefined;
    const minPosition = minPositionOf(request.headers);
    const kept = now && now.position >= (minPosition ?? 0) ? await this.cache.find<Report>(question, now) : undefined;
    const reported =
      kept ?? (await atLeast(minPosition, this.feed, () => this.inventory.call(message, query, options)));
    if (now && !kept) await this.cache.keep(question, now.epoch, reported);
    reply.header('x-position', reported.position);
    return reported.report;
  }
}
