import * as fc from 'fast-check';
import { Both } from './both';
import { wishes, type Wish } from './wish';

/** Wishes of a run at most, and runs of a round: each round has a seed of its own, so that a red one can be repeated alone. */
const WISHES = 200;
const RUNS = 10;
/** Of the outcomes, kept apart so that a proof in which nearly everything is refused, or done, is seen to be none. */
const LEAST_SHARE = 0.25;

export interface Proof {
  commands: number;
  runs: number;
  outcomes: ReadonlyMap<string, number>;
  /** Undefined when the model agreed with everything. */
  failure?: { seed: number; error: string; wishes: string[] };
}

/** Plays at least so many random commands on the rules and on the model. */
export function prove({ commands, seed }: { commands: number; seed: number }): Proof {
  const outcomes = new Map<string, number>();
  const proof = { commands: 0, runs: 0, outcomes };
  for (let round = 0; proof.commands < commands; round++) {
    const tally = (outcome: string): void => void outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    const property = fc.property(wishes(WISHES), (all) => {
      playAll(all, tally);
      proof.commands += all.length;
    });
    const details = fc.check(property, { seed: seed + round, numRuns: RUNS });
    proof.runs += details.numRuns;
    if (!details.failed) continue;
    const error = details.errorInstance instanceof Error ? details.errorInstance.message : 'unknown';
    const shrunk = (details.counterexample?.[0] ?? []).map(told);
    return { ...proof, failure: { seed: seed + round, error, wishes: shrunk } };
  }
  return proof;
}

function playAll(all: readonly Wish[], tally: (outcome: string) => void): void {
  const both = new Both(tally);
  for (let at = 0; at < all.length;) {
    const next = all.findIndex(({ together }, index) => index > at && !together);
    const end = next === -1 ? all.length : next;
    both.play(all.slice(at, end));
    at = end;
  }
  both.end();
}

function told({ want, pass, together, dryRun }: Wish): string {
  const when = together ? 'together with it' : `${pass} s later`;
  return `${when}${dryRun ? ', dry' : ''}: ${JSON.stringify(want)}`;
}

/** Why a distribution of outcomes proves little; undefined when it is fair. */
export function unfair(outcomes: ReadonlyMap<string, number>): string | undefined {
  let [applied, all] = [0, 0];
  for (const [outcome, count] of outcomes) {
    all += count;
    if (outcome.startsWith('applied')) applied += count;
  }
  const share = applied / all;
  if (share < LEAST_SHARE || share > 1 - LEAST_SHARE) return `${Math.round(100 * share)} % were applied`;
  const missing = EXPECTED.filter((outcome) => !outcomes.has(outcome));
  return missing.length > 0 ? `never seen: ${missing.join(', ')}` : undefined;
}

const DONE =
  'create update setQuantity delete restore move count reverse open close reserve extend commit release fulfil fulfilPart expire';
const REFUSED =
  'not-found duplicate stale-version insufficient-stock stale-quantity item-reserved reserved-exceeds-stock ' +
  'reservation-closed exceeds-reservation too-many-reservations already-reversed not-reversible location-not-empty';

/** What a fair run has seen each of. */
const EXPECTED = [...DONE.split(' ').map((name) => `applied ${name}`), ...REFUSED.split(' ')];
