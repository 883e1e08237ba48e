import { Setting, addresses, flag, port, url, whole } from '@app/common';
import { AuthConfig } from './auth/auth.config';

/** Settings of the gateway. */
export class GatewayConfig extends AuthConfig {
  @Setting({ env: 'GATEWAY_PORT', doc: 'Port of the REST API.', parse: port })
  port = 6100;

  @Setting({ env: 'GATEWAY_OPS_PORT', doc: 'Private port of the gateway: health and metrics.', parse: port })
  opsPort = 6110;

  @Setting({ env: 'NOTIFICATION_PORT', doc: 'Port of the sockets.', parse: port })
  notificationPort = 6102;

  @Setting({
    env: 'PUBLIC_SOCKET_URL',
    doc: 'Where browsers reach the sockets, as in https://stock.example.com. Unset: a page asked for at GATEWAY_PORT finds them on its host at NOTIFICATION_PORT, any other behind its own address.',
    parse: origin,
  })
  publicSocketUrl = '';

  @Setting({
    env: 'NOTIFICATION_ADDRESSES',
    doc: 'host:port list of the notification app (its TCP port), which looks after the webhooks; a DNS name counts for all its addresses.',
    parse: addresses,
  })
  notificationAddresses: string[] = ['127.0.0.1:6103'];

  @Setting({
    env: 'REQUIRE_IDEMPOTENCY_KEY',
    doc: 'Refuses changes of stock and items that carry no Idempotency-Key.',
    parse: flag,
  })
  requireIdempotencyKey = false;

  @Setting({
    env: 'ITEM_CACHE_SIZE',
    doc: 'Items that the gateway keeps ready for reading; 0 asks the inventory each time.',
    parse: whole(0, 1_000_000),
  })
  itemCacheSize = 20_000;

  @Setting({ env: 'EVENT_STREAMS', doc: 'SSE streams that a gateway keeps open at most.', parse: whole(1, 100_000) })
  eventStreams = 1_000;
}

/** Socket.IO takes a path for the name of a namespace, and there is only one. */
function origin(text: string): string {
  const value = url('http', 'https')(text).replace(/\/$/, '');
  if (!URL.canParse(value) || new URL(value).origin !== value.toLowerCase()) throw new Error('must have no path');
  return value;
}
