import type { Alert, Cursor, Item, LedgerEvent } from '@app/contracts';
import { alertFrom } from '../feed/alerts';
import type { Outlet, Subscription } from '../realtime/subscription';
import { observe, settled, type WatchState } from './watch';

/** Told when a watch has come to something; `alert` when the caller has to hear of it. */
export type OnCrossing = (watcher: Watcher, alert: Alert | undefined) => void;

/**
 * One watch of a caller that is connected here. It follows its item as a subscription does, so that a restart, a lost place and
 * a ledger that is away are the same to it; what comes is looked at and not sent on.
 */
export class Watcher implements Outlet {
  readonly hasRoom = true;
  /** The subscription that it lives on, once it has begun. */
  subscription: Subscription | undefined;
  ended = false;

  constructor(
    readonly caller: string,
    readonly itemId: string,
    public state: WatchState,
    private readonly onCrossing: OnCrossing,
  ) {}

  roomForMore(): Promise<void> {
    return Promise.resolve();
  }

  send(_: Subscription, events: LedgerEvent[]): void {
    this.take(events);
  }

  take(events: readonly LedgerEvent[]): void {
    for (const event of settled(events))
      this.look(event.after.available, event, () => alertFrom(event, 'watch', this.state.below));
  }

  /** By how the item is, when it can't be told event by event. */
  lookAt(item: Item, place: Cursor): void {
    this.look(item.available, place, () => alertAt(item, this.state.below));
  }

  private look(available: number, place: Cursor, alert: () => Alert): void {
    const { state, tell } = observe(this.state, available, place);
    if (state === this.state) return;
    const told = tell ? alert() : null;
    this.state = { ...state, alert: told };
    this.onCrossing(this, told ?? undefined);
  }

  end(): void {
    this.ended = true;
    this.subscription?.end();
  }
}

/** What is told of an item that is at `threshold` or below already. */
export function alertAt({ id, sku, name, available, position }: Item, threshold: number): Alert {
  return { kind: 'watch', itemId: id, sku, name, available, threshold, position };
}
