import type { Delivery } from '@app/contracts';
import type { Outcome } from './backoff';
import type { Message } from './message';

/** An attempt as the log has it. */
export function deliveryOf(message: Message, attempt: number, outcome: Outcome, at: Date): Omit<Delivery, 'id'> {
  const { id: messageId, type, position } = message;
  const { ok, statusCode, error, durationMs } = outcome;
  const status = ok ? 'succeeded' : 'failed';
  return { messageId, type, position, attempt, status, statusCode, error, durationMs, at: at.toISOString() };
}
