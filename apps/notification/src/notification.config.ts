import { EdgeConfig, Setting, port, whole } from '@app/common';

/** Settings of the notification app. */
export class NotificationConfig extends EdgeConfig {
  @Setting({ env: 'NOTIFICATION_PORT', doc: 'Port of the sockets.', parse: port })
  port = 6102;

  @Setting({
    env: 'NOTIFICATION_OPS_PORT',
    doc: 'Private port of the notification app: health and metrics.',
    parse: port,
  })
  opsPort = 6112;

  @Setting({
    env: 'MAX_SOCKETS',
    doc: 'Sockets that a notification process keeps open at most; one more is refused.',
    parse: whole(1, 1_000_000),
  })
  maxSockets = 10_000;

  @Setting({
    env: 'SOCKET_STUCK_SECONDS',
    doc: 'A socket that takes nothing of what waits for it for so long is disconnected.',
    parse: whole(1, 600),
  })
  stuckSeconds = 15;
}
