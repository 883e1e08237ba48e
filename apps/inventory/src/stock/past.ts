import { levelAt, NO_CHANGE, type Draft, type ItemState } from '../items/item';

/**
 * What happened before a count of its place changes the past, not today: what was counted then still is what was there, so the
 * count makes up for it, by an event of its own. What such an event adds comes before and what it takes comes after, so that
 * nothing is negative in between and the two halves of a transfer stay together.
 */
export function withCounts(item: ItemState, drafts: readonly Draft[]): Draft[] {
  const counts = drafts.flatMap((draft) => madeUpFor(item, draft) ?? []);
  return [
    ...counts.filter(({ change }) => change.onHand > 0),
    ...drafts,
    ...counts.filter(({ change }) => change.onHand < 0),
  ];
}

function madeUpFor(item: ItemState, draft: Draft): Draft | undefined {
  const { location, change, effectiveAt } = draft;
  if (location === null || change.onHand === 0) return undefined;
  const { countedAt } = levelAt(item, location);
  if (countedAt === null || effectiveAt >= countedAt) return undefined;
  return {
    type: 'stock.counted',
    location,
    change: { ...NO_CHANGE, onHand: -change.onHand },
    effectiveAt: countedAt,
    unitCost: null,
    fields: null,
  };
}
