/** Looked at in one step of a search: a step costs a round trip, what is looked at in it next to nothing. Three steps find one of 250,000. */
const PROBES = 63;

/**
 * The first number after `after` that something holds for, which then holds for all that follow; `upTo`, of which that is known,
 * is not looked at.
 * @param holds for each of these numbers, ascending, whether it does
 */
export async function firstWhere(
  { after, upTo }: { after: number; upTo: number },
  holds: (numbers: readonly number[]) => Promise<ReadonlyMap<number, boolean>>,
): Promise<number> {
  let [low, high] = [after, upTo];
  while (high - low > 1) {
    const step = Math.max(1, Math.ceil((high - low) / (PROBES + 1)));
    const probes: number[] = [];
    for (let number = low + step; number < high; number += step) probes.push(number);
    const answers = await holds(probes);
    const first = probes.find((number) => answers.get(number));
    low = first === undefined ? (probes.at(-1) ?? low) : first - step;
    high = first ?? high;
  }
  return high;
}
