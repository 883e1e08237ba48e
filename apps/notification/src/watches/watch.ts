import { crossing, type Alert, type Cursor, type LedgerEvent } from '@app/contracts';

/** What somebody watches for, and whether it was told. */
export interface WatchState extends Cursor {
  below: number;
  rearmAt: number;
  /** Told, and not risen to `rearmAt` since. */
  told: boolean;
  /** What was told; absent when nothing was, or by a version that did not keep it. */
  alert?: Alert | null;
  /** Tells one watch from a later one for the same item. */
  key: string;
}

/** The state after a figure at a position, and whether it has to be told. Nothing crossed: the same state. */
export function observe(
  state: WatchState,
  available: number,
  { epoch, position }: Cursor,
): { state: WatchState; tell: boolean } {
  const crossed = crossing(state.told, available, { low: state.below, rearm: state.rearmAt });
  if (!crossed) return { state, tell: false };
  const told = crossed === 'fell';
  return { state: { ...state, told, epoch, position }, tell: told };
}

/**
 * The events after which a watch looks: the last one of each operation, since in between nothing is missing that will not be
 * there a moment later. `events` are one item's, in order, no operation cut in two. One that is deleted is not looked at.
 */
export function settled(events: readonly LedgerEvent[]): LedgerEvent[] {
  return events.filter(
    ({ operationId, type }, index) => operationId !== events[index + 1]?.operationId && type !== 'item.deleted',
  );
}
