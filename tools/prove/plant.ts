import type { Evidence } from './evidence';

/** Ways to spoil the evidence, each of which the judge has to find: a proof that cannot fail proves nothing. */
export const PLANTS = [
  'lost',
  'doubled',
  'gap',
  'sum',
  'refused',
  'altered',
  'follower-gap',
  'follower-twice',
] as const;
export type Plant = (typeof PLANTS)[number];

/** The same evidence with one thing wrong in the middle of it. */
export function spoil(evidence: Evidence, plant: Plant): Evidence {
  let ledger = [...evidence.ledger];
  const attempted = [...evidence.attempted];
  const quantities = new Map(evidence.quantities);
  const [follower, ...others] = evidence.followed;
  const index = middle(attempted, ({ outcome }) => outcome === 'acknowledged');
  const one = attempted[index]!;
  const at = ledger.findIndex(({ tag }) => tag === one.tag);
  const fact = ledger[at]!;
  const half = Math.floor((follower?.positions.length ?? 0) / 2);
  if (plant === 'lost') ledger = ledger.map((was) => (was.tag === one.tag ? { ...was, tag: undefined } : was));
  if (plant === 'doubled') ledger.push({ ...fact, position: ledger.length + 1, operationId: 'another' });
  if (plant === 'gap') ledger.splice(at, 1);
  if (plant === 'sum') quantities.set(fact.itemId, (quantities.get(fact.itemId) ?? 0) + 1);
  if (plant === 'refused') attempted[index] = { ...one, outcome: 'refused' };
  if (plant === 'altered')
    attempted[index] = { ...one, changes: one.changes.map((was) => ({ ...was, change: was.change + 1 })) };
  const followed =
    follower && plant.startsWith('follower') ? [cut(follower, half, plant), ...others] : evidence.followed;
  return { ledger, attempted, quantities, followed };
}

function middle<T>(list: readonly T[], matches: (entry: T) => boolean): number {
  const found = list.flatMap((entry, index) => (matches(entry) ? [index] : []));
  return found[Math.floor(found.length / 2)] ?? 0;
}

type Follower = Evidence['followed'][number];

function cut(follower: Follower, at: number, plant: Plant): Follower {
  const spliced = <T>(list: readonly T[]): T[] =>
    plant === 'follower-gap' ? list.toSpliced(at, 1) : list.toSpliced(at, 0, ...list.slice(at, at + 1));
  return { ...follower, positions: spliced(follower.positions), digests: spliced(follower.digests) };
}
