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
}
