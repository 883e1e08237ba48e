import { invalid } from '@app/common';
import type { Cursor } from '@app/contracts';

/** Tells browsers to reconnect after 2 s, and sends the headers on their way. */
export const opening = 'retry: 2000\n\n';

/** An event under its place in the ledger. JSON has no line breaks, so one data line holds it. */
export function frame({ epoch, position }: Cursor, json: string): string {
  return `id: ${epoch}:${position}\ndata: ${json}\n\n`;
}

export function reset(cursor: Cursor): string {
  return `event: reset\nid: ${cursor.epoch}:${cursor.position}\ndata: ${JSON.stringify(cursor)}\n\n`;
}

/** A comment, and an id without data: that moves a client's `Last-Event-ID` on and calls nothing there. */
export function heartbeat({ epoch, position }: Cursor): string {
  return `: still here\nid: ${epoch}:${position}\n\n`;
}

const PLACE = /^(?:([^:\s]{1,64}):)?(\d{1,15})$/;

/** A `Last-Event-ID`, or the `after` of a stream: a position, with or without its epoch; undefined when it is neither. */
export function parsePlace(text: string): (Partial<Cursor> & { position: number }) | undefined {
  const [, epoch, position] = PLACE.exec(text) ?? [];
  if (position === undefined) return undefined;
  return { position: Number(position), ...(epoch !== undefined && { epoch }) };
}

/**
 * Where a stream begins. A `Last-Event-ID` that is not ours is no mistake of the person at the browser: it counts as a place that
 * cannot be continued, which the stream answers with a reset.
 * @throws DomainError `validation` for a malformed `after`
 */
export function placeOf(
  {
    after,
    epoch,
    lastEventId,
  }: { after?: string | undefined; epoch?: string | undefined; lastEventId?: string | undefined },
  now: Cursor,
): Cursor {
  if (lastEventId !== undefined && lastEventId !== '') {
    const place = parsePlace(lastEventId);
    return { position: place?.position ?? 0, epoch: place?.epoch ?? '' };
  }
  if (after === undefined) return now;
  const place = parsePlace(after);
  if (!place) throw invalid('after', 'must be a position, or <epoch>:<position>');
  return { position: place.position, epoch: place.epoch ?? epoch ?? now.epoch };
}
