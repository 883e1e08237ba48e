import { EdgeConfig, Setting, flag, port, whole } from '@app/common';

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
    env: 'NOTIFICATION_TCP_PORT',
    doc: 'Nest TCP port of the notification app, for the gateway; keep it private.',
    parse: port,
  })
  tcpPort = 6103;

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

  @Setting({
    env: 'SOCKET_REPLAY_EVENTS',
    doc: 'Events of a room that a subscription may have missed and still goes on; beyond that it begins anew, with reset.',
    parse: whole(0, 10_000_000),
  })
  replayEvents = 100_000;

  @Setting({
    env: 'SOCKET_REPLAY_SECONDS',
    doc: 'How old the first of them may be.',
    parse: whole(1, 31_536_000),
  })
  replaySeconds = 604_800;

  @Setting({
    env: 'WATCHES_PER_CALLER',
    doc: 'Items that one user or API key may watch at a time; one more is refused.',
    parse: whole(0, 1_000),
  })
  watchesPerCaller = 200;

  @Setting({
    env: 'WEBHOOK_ALLOW_PRIVATE',
    doc: 'Lets webhooks go to private and loopback addresses. The launcher sets true.',
    parse: flag,
  })
  webhookAllowPrivate = false;

  @Setting({
    env: 'WEBHOOK_RETRY_BASE_MS',
    doc: 'Wait after the first failure of a delivery; doubled after each further one, up to 3 hours.',
    parse: whole(1, 3_600_000),
  })
  webhookRetryBaseMs = 5_000;

  @Setting({
    env: 'WEBHOOK_RETRY_FOR_SECONDS',
    doc: 'A delivery that has failed for so long parks its webhook until somebody resumes it.',
    parse: whole(1, 2_592_000),
  })
  webhookRetryForSeconds = 259_200;

  @Setting({
    env: 'WEBHOOK_TIMEOUT_MS',
    doc: 'An endpoint that has not answered after so long has failed.',
    parse: whole(100, 30_000),
  })
  webhookTimeoutMs = 10_000;
}
