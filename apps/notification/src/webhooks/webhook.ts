import type { CreatedWebhook, Cursor, EventType, LedgerEvent, Webhook, WebhookStatus } from '@app/contracts';

/** How far a webhook is. Written by whoever delivers for it, after each attempt. */
export interface Progress extends Cursor {
  /** Where it was in a ledger that is not there any more: the receiver has yet to be told. */
  reset: (Cursor & { at: Date }) | null;
  failures: number;
  failingSince: Date | null;
  nextAttemptAt: Date | null;
  lastError: string | null;
  lastDeliveredAt: Date | null;
  /** Nothing is delivered until somebody wants it again. */
  stopped: { at: Date; why: 'exhausted' | 'gone' } | null;
}

/** What it is asked to do, by people. */
export interface WebhookSettings {
  url: string;
  types: EventType[] | null;
  itemIds: string[] | null;
  disabled: boolean;
}

export interface OldSecret {
  secret: string;
  until: Date;
}

export interface StoredWebhook extends WebhookSettings {
  id: string;
  secret: string;
  /** Sign too until their time is over; the youngest first. */
  oldSecrets: OldSecret[];
  /** Which wish for another secret made this one. */
  rotation: string | null;
  createdAt: Date;
  updatedAt: Date;
  /** Counts what people changed: of two readings the higher one is the newer. */
  version: number;
  /** Counts how often its place was set by people: who delivered meanwhile must not set it back. */
  course: number;
  progress: Progress;
}

/** At the beginning, and after people said so. */
export const HEALTHY = {
  failures: 0,
  failingSince: null,
  nextAttemptAt: null,
  lastError: null,
  stopped: null,
} as const;

export function statusOf({ disabled, progress: { stopped, failures } }: StoredWebhook): WebhookStatus {
  if (disabled || stopped?.why === 'gone') return 'disabled';
  if (stopped) return 'parked';
  return failures > 0 ? 'failing' : 'active';
}

/** Whether something is to be delivered for it. */
export function isRunning({ disabled, progress }: StoredWebhook): boolean {
  return !disabled && progress.stopped === null;
}

export function matches({ types, itemIds }: WebhookSettings, event: LedgerEvent): boolean {
  return (types === null || types.includes(event.type)) && (itemIds === null || itemIds.includes(event.itemId));
}

/** The secrets that sign now. */
export function secretsOf({ secret, oldSecrets }: StoredWebhook, now: number): string[] {
  return [secret, ...oldSecrets.filter(({ until }) => until.getTime() > now).map((old) => old.secret)];
}

/** The webhook as people see it. */
export function shown(stored: StoredWebhook, head: number): Webhook {
  const { id, url, types, itemIds, progress, oldSecrets, createdAt, updatedAt } = stored;
  const { epoch, position, failures, lastError, failingSince, nextAttemptAt, stopped, lastDeliveredAt } = progress;
  const status = statusOf(stored);
  const until = oldSecrets[0]?.until ?? null;
  return {
    id,
    url,
    types,
    itemIds,
    status,
    disabled: status === 'disabled',
    epoch,
    position,
    lag: Math.max(0, head - position),
    failures,
    lastError,
    failingSince: time(failingSince),
    nextAttemptAt: time(nextAttemptAt),
    parkedAt: status === 'parked' ? time(stopped?.at ?? null) : null,
    lastDeliveredAt: time(lastDeliveredAt),
    previousSecretExpiresAt: until && until.getTime() > Date.now() ? time(until) : null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

export function created(stored: StoredWebhook, head: number): CreatedWebhook {
  return { ...shown(stored, head), secret: stored.secret };
}

function time(value: Date | null): string | null {
  return value?.toISOString() ?? null;
}
