import { createHash } from 'node:crypto';
import type { Alert, Cursor, Item, LedgerEvent, Room, Subscribed } from '@app/contracts';

/** Why a stretch begins: it is the first, the client gave its place up, or the server could not go on from it. */
export type Why = 'first' | 'anew' | 'reset';

/** What one subscriber was told of one room without interruption, so far as it can tell. */
export interface Stretch {
  why: Why;
  /** Of a reset: the place that could not be continued. */
  since?: number;
  /** Everything of the room after this position, up to `to` or to the end of the ledger, has to be there. */
  from: number;
  to?: number;
  positions: number[];
  digests: number[];
  snapshot?: Subscribed['snapshot'];
}

/** A number that differs when anything of it differs. */
export function digestOf(value: object): number {
  return createHash('sha1').update(JSON.stringify(value)).digest().readUIntBE(0, 6);
}

export function digestOfEvent(event: LedgerEvent & { room?: string }): number {
  const { room: _, ...own } = event;
  return digestOf(own);
}

export function digestOfAlert({ kind, itemId, sku, name, available, threshold, position }: Alert): number {
  return digestOf([kind, itemId, sku, name, available, threshold, position]);
}

export type Snapshot = Item | Item[] | null;

/** All that the callbacks of one subscriber got of one room, and where the subscriber is in it. */
export class RoomLog {
  readonly stretches: Stretch[] = [];
  cursor: Cursor | undefined;
  /** Acknowledged on the connection that is there now. */
  live = false;
  /** Counts the subscriptions, so that the answer to an earlier one is known as such. */
  asked = 0;

  constructor(
    readonly subscriber: string,
    readonly room: Room,
    readonly batch: boolean,
  ) {}

  get name(): string {
    return `${this.subscriber} in ${this.room}${this.batch ? ' (batch)' : ''}`;
  }

  get position(): number {
    return this.cursor?.position ?? -1;
  }

  get received(): number {
    return this.stretches.reduce((sum, { positions }) => sum + positions.length, 0);
  }

  /** Takes the answer to a subscription with the place `since`; says what is wrong with it. */
  begin({ epoch, position, snapshot, reset }: Subscribed, since: Cursor | undefined): string | undefined {
    const continued = since !== undefined && !reset;
    if (continued && (epoch !== since.epoch || position !== since.position))
      return `${this.name} goes on after ${epoch}:${position} instead of ${since.epoch}:${since.position}`;
    this.cursor = { epoch, position };
    this.live = true;
    if (continued) return snapshot === undefined ? undefined : `${this.name} got a snapshot and no reset`;
    const last = this.stretches.at(-1);
    if (last && since) last.to = since.position;
    const why = since ? 'reset' : last ? 'anew' : 'first';
    const stretch: Stretch = { why, from: position, positions: [], digests: [] };
    if (since) stretch.since = since.position;
    if (snapshot !== undefined) stretch.snapshot = snapshot;
    this.stretches.push(stretch);
    return undefined;
  }

  /** The client gives its place up: the next subscription begins at the present. */
  giveUp(): void {
    const last = this.stretches.at(-1);
    if (last) last.to = this.position;
    this.cursor = undefined;
  }

  take(epoch: string, position: number, digest: number): void {
    const stretch = this.stretches.at(-1);
    stretch?.positions.push(position);
    stretch?.digests.push(digest);
    this.cursor = { epoch, position };
  }

  /** The server says that all up to here was sent. */
  moveOn(cursor: Cursor): void {
    if (this.live && cursor.position > this.position) this.cursor = { ...cursor };
  }
}
