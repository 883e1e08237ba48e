import { DomainError, TcpClient, type Logger } from '@app/common';
import {
  items,
  ledger,
  locations,
  type AskMissed,
  type Cursor,
  type EventPage,
  type Item,
  type LedgerEvent,
  type LedgerPage,
  type LedgerRead,
  type Message,
  type Missed,
} from '@app/contracts';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { InjectLog } from '../core/log';
import { NotificationConfig } from '../notification.config';
import { noteAlert } from './alerts';
import { Gate } from './gate';
import { noteText } from './texts';
import { noteTrace } from './traces';

/** Calls of clients under way at the same time, and how many may wait for how long: with the call itself it stays below 2 s. */
const CALLS = { places: 64, queue: 20_000, patienceMs: 700 };
const CALL_MS = 1_200;
/** Above what the gate lets through, so that the follower is never refused. */
const IN_FLIGHT = 256;
/** A poll that hangs is given up this long after its own wait. */
const POLL_GRACE_MS = 3_000;

/** An item exactly as of `position`. */
export interface Snapshot extends Cursor {
  item: Item | null;
}

/** The items whose alert stands, exactly as of `position`. */
export interface LowSnapshot extends Cursor {
  items: Item[];
  /** There are more. */
  truncated: boolean;
}

/** Items in one snapshot of what is low. */
const LOW_ITEMS = 1_000;

/** What is asked of the inventory. It only reads, so that an answer that did not come is simply `unavailable`. */
@Injectable()
export class InventoryService implements OnApplicationShutdown {
  private readonly client: TcpClient;
  private readonly calls = new Gate(CALLS.places, CALLS.queue);

  constructor(config: NotificationConfig, @InjectLog() log: Logger) {
    this.client = new TcpClient({
      addresses: config.inventoryAddresses,
      token: config.internalToken,
      log,
      maxInFlight: IN_FLIGHT,
    });
  }

  /** A long poll of the ledger; not counted among the calls of clients. */
  async poll(request: LedgerRead): Promise<EventPage> {
    const deadlineMs = (request.waitMs ?? 0) + POLL_GRACE_MS;
    const options = { requestId: 'notification-follower', deadlineMs };
    return parsed(await this.client.call(ledger.follow, request, options));
  }

  /** @throws DomainError `epoch-changed` when there is no such place in the ledger, `unavailable`, `overloaded` */
  async read(request: LedgerRead): Promise<EventPage> {
    return parsed(await this.ask(ledger.read, request));
  }

  /** @throws DomainError `unavailable`, `overloaded` */
  snapshot(itemId: string): Promise<Snapshot> {
    return this.ask(items.snapshot, { itemId });
  }

  /** The item as of now; null for one that does not exist or is deleted. */
  async item(itemId: string): Promise<Item | null> {
    const { items: found } = await this.ask(items.get, { ids: [itemId] });
    return found[0] ? (JSON.parse(found[0].json) as Item) : null;
  }

  /** @throws DomainError `unavailable`, `overloaded` */
  async low(): Promise<LowSnapshot> {
    const { data, ...rest } = await this.ask(items.low, { limit: LOW_ITEMS });
    return { ...rest, items: JSON.parse(data) as Item[] };
  }

  /** What came after a place. @throws DomainError `epoch-changed` as `read` */
  missed(request: AskMissed): Promise<Missed> {
    return this.ask(ledger.missed, request);
  }

  /** @throws DomainError `not-found` when there is no such location and never was */
  async insistOnLocation(code: string): Promise<void> {
    await this.ask(locations.get, { code });
  }

  private ask<Request, Answer>(message: Message<Request, Answer>, request: Request): Promise<Answer> {
    const call = async (): Promise<Answer> => {
      try {
        return await this.client.call(message, request, { requestId: randomUUID(), deadlineMs: CALL_MS });
      } catch (error) {
        if (!(error instanceof DomainError) || error.code !== 'timeout') throw error;
        const detail = 'The inventory did not answer in time.';
        throw new DomainError('unavailable', detail, { retryAfter: 1 }, { cause: error });
      }
    };
    return this.calls.run(call, CALLS.patienceMs);
  }

  onApplicationShutdown(): void {
    this.client.close();
  }
}

function parsed({ events, ...page }: LedgerPage): EventPage {
  const parse = ({ json, alert, trace }: LedgerPage['events'][number]): LedgerEvent => {
    const event = JSON.parse(json) as LedgerEvent;
    noteText(event, json);
    if (alert) noteAlert(event, alert);
    if (trace !== undefined) noteTrace(event, trace);
    return event;
  };
  return { ...page, events: events.map(parse) };
}
