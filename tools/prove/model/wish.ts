import { MOVEMENT_TYPES, type MovementType } from '@app/contracts';
import * as fc from 'fast-check';

/** Where stock may be; all but the last are opened when a run begins, and any may be closed and opened again. */
export const PLACES = ['main', 'shop', 'van', 'nowhere'] as const;
/** Few, so that they are wanted twice. */
const SKUS = ['ONE', 'TWO', 'THREE', 'FOUR'] as const;

export function isGiven(sku: string): boolean {
  return SKUS.some((one) => one === sku);
}

/** Picks of items that mean one that is deleted, and one that there never was. */
export const DELETED_ITEM = 79;
export const NO_ITEM = 80;

/** A line that somebody wants. `item` picks one of the items there are. */
export interface LineWish {
  item: number;
  location: string;
  quantity: number;
}

export interface MoveWish extends LineWish {
  type: MovementType;
  toLocation: string;
  bySku: boolean;
  changeFrom: number | 'current' | undefined;
}

/**
 * What somebody wants of the ledger. It names things by their place in the world of the moment (`item`, `which`, `back`), so that
 * wishes make sense in any order and after any of them were left out: a failing run shrinks to the few that matter.
 */
export type Want =
  | { do: 'create'; sku: string | undefined; quantity: number }
  | { do: 'update'; item: number; name: string | undefined; sku: string | undefined; ifMatch: number | undefined }
  | { do: 'setQuantity'; item: number; quantity: number; releaseHolds: boolean }
  | { do: 'delete'; item: number; ifMatch: number | undefined }
  | { do: 'restore'; item: number }
  | { do: 'move'; lines: MoveWish[]; secondsAgo: number | undefined }
  | { do: 'count'; line: LineWish; secondsAgo: number | undefined; releaseHolds: boolean }
  | { do: 'reverse'; back: number }
  | { do: 'reserve'; lines: LineWish[]; ttlSeconds: number }
  | { do: 'extend'; which: number; ttlSeconds: number }
  | { do: 'commit' | 'release' | 'fulfil'; which: number }
  | { do: 'fulfilPart'; which: number; lines: LineWish[] }
  | { do: 'open' | 'close'; location: string };

export interface Wish {
  want: Want;
  dryRun: boolean;
  /** Decided in one group with the wish before; else `pass` seconds go by first. */
  together: boolean;
  pass: number;
}

const location = fc.oneof(
  { weight: 30, arbitrary: fc.constant('main') },
  { weight: 12, arbitrary: fc.constant('shop') },
  { weight: 8, arbitrary: fc.constant('van') },
  { weight: 1, arbitrary: fc.constantFrom('main', 'nowhere') },
);
const sku = fc.constantFrom(...SKUS);
const item = fc.nat(NO_ITEM);
const which = fc.nat(9);
const ttlSeconds = fc.integer({ min: 1, max: 60 });
const rarely = <T>(arbitrary: fc.Arbitrary<T>, oneIn: number): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
/** Mostly now; else somewhere in the run, or from a clock that is ahead. */
const secondsAgo = rarely(fc.integer({ min: -5, max: 300 }), 4);
const line: fc.Arbitrary<LineWish> = fc.record({ item, location, quantity: fc.integer({ min: 1, max: 6 }) });
const lines = fc.array(line, { minLength: 1, maxLength: 3 });
/** As much comes in as all the others take out. */
const DELIVERY = 5;

const move: fc.Arbitrary<MoveWish> = fc
  .record({
    item,
    location,
    toLocation: location,
    quantity: fc.integer({ min: 1, max: 9 }),
    type: fc.constantFrom(...MOVEMENT_TYPES, 'receive' as const, 'receive' as const, 'issue' as const),
    less: fc.boolean(),
    bySku: fc.boolean(),
    changeFrom: rarely(fc.oneof(fc.constant('current' as const), fc.nat(12)), 12),
  })
  .map(({ less, ...rest }) => ({
    ...rest,
    quantity: (rest.type === 'adjust' && less ? -1 : rest.type === 'receive' ? DELIVERY : 1) * rest.quantity,
    toLocation: rest.toLocation === rest.location ? nextTo(rest.location) : rest.toLocation,
  }));

function nextTo(place: string): string {
  return place === 'main' ? 'shop' : 'main';
}

const ifMatch = rarely(fc.nat(2), 4);
const want: fc.Arbitrary<Want> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('create'), sku: rarely(sku, 2), quantity: fc.nat(20) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('update'),
      item,
      name: rarely(fc.constantFrom('red', 'blue'), 2),
      sku: rarely(sku, 3),
      ifMatch,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('setQuantity'), item, quantity: fc.nat(25), releaseHolds: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete'), item, ifMatch }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('restore'), item }) },
  {
    weight: 40,
    arbitrary: fc.record({
      do: fc.constant('move'),
      lines: fc.array(move, { minLength: 1, maxLength: 4 }),
      secondsAgo,
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('count'), line, secondsAgo, releaseHolds: fc.boolean() }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('reverse'), back: fc.nat(12) }) },
  { weight: 20, arbitrary: fc.record({ do: fc.constant('reserve'), lines, ttlSeconds }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('extend'), which, ttlSeconds }) },
  { weight: 12, arbitrary: fc.record({ do: fc.constantFrom('commit', 'release', 'fulfil'), which }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('fulfilPart'), which, lines }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('open', 'close'),
      location: fc.constantFrom(...PLACES, 'nowhere' as const, 'nowhere' as const),
    }),
  },
);

const any: fc.Arbitrary<Wish> = fc.record({
  want,
  dryRun: fc.nat(19).map((dice) => dice === 19),
  together: fc.nat(3).map((dice) => dice === 3),
  pass: fc.nat(4),
});

/** Without the liking for the smallest and the largest that the generators have: it would mostly ask for what is not there. */
export const wishes = (most: number): fc.Arbitrary<Wish[]> =>
  fc.noBias(fc.array(any, { minLength: 1, maxLength: most, size: 'max' }));
