import { levelAt, NO_CHANGE, type Draft, type ItemState } from '../items/item';
import { mayBeCounted, type FirstCount } from './counts';

/**
 * What happened before a count of its place changes the past up to that count, and nothing after it: what was counted then still
 * is what was there, so the first count after it makes up for it, by an event of its own. What such an event adds comes before and
 * what it takes comes after, so that nothing is negative in between and the two halves of a transfer stay together.
 */
export function withCounts(item: ItemState, drafts: readonly Draft[], firstCount: FirstCount): Draft[] {
  const counts = drafts.flatMap((draft) => madeUpFor(item, draft, firstCount) ?? []);
  return [
    ...counts.filter(({ change }) => change.onHand > 0),
    ...drafts,
    ...counts.filter(({ change }) => change.onHand < 0),
  ];
}

function madeUpFor(item: ItemState, draft: Draft, firstCount: FirstCount): Draft | undefined {
  const { location, change, effectiveAt, links } = draft;
  if (location === null || change.onHand === 0) return undefined;
  const moment = { itemId: item.id, location, effectiveAt, position: links?.reverses };
  const countedAt = mayBeCounted(item, moment) ? firstCount(moment) : undefined;
  if (countedAt === undefined) {
    const { countedAt: latest } = levelAt(item, location);
    if (latest !== null && effectiveAt < latest) throw new Error(`nobody looked up when ${item.id} was counted`);
    return undefined;
  }
  return {
    type: 'stock.counted',
    location,
    change: { ...NO_CHANGE, onHand: -change.onHand },
    effectiveAt: countedAt,
    unitCost: null,
    fields: null,
  };
}
