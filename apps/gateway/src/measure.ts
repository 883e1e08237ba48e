import { gauge, measurePool, TcpClient, total } from '@app/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Registry } from 'prom-client';
import { EventReader } from './events/event-reader.service';
import { EventStreams } from './events/event-streams.service';
import { ItemReader } from './items/item-reader.service';
import { RedisLink } from './throttle/redis.service';

/** What an operator wants to know of the gateway beside its requests. Looked up when it is asked for: it costs no request anything. */
export function measure(app: NestFastifyApplication, registry: Registry): void {
  const [reader, polls, streams, inventory, redis] = [
    app.get(ItemReader, { strict: false }),
    app.get(EventReader, { strict: false }),
    app.get(EventStreams, { strict: false }),
    app.get(TcpClient, { strict: false }),
    app.get(RedisLink, { strict: false }),
  ];
  const lookUps = {
    name: 'stockwire_item_lookups_total',
    help: 'Reads of single items by whether memory had them.',
    label: 'outcome',
  };
  total(registry, lookUps, () => reader.lookUps);
  gauge(registry, 'stockwire_items_cached', 'Items that are kept ready for reading.', () => reader.cached);
  gauge(registry, 'stockwire_event_waits', 'Requests for events that wait for the next one.', () => polls.waiting);
  gauge(registry, 'stockwire_streams_open', 'SSE streams.', () => streams.open);
  gauge(registry, 'stockwire_calls_in_flight', 'Calls to the inventory under way.', () => inventory.inFlight);
  if (redis.isWanted)
    gauge(registry, 'stockwire_redis_up', 'Whether Redis works right now: 1 or 0.', () => (redis.now ? 1 : 0));
  measurePool(app, registry);
}
