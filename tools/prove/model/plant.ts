import { runSpoiled, type Slip } from '../spoiled-copy';

/** Faults in the rules, each of which the model has to find: a proof that cannot fail proves nothing. */
export const PLANTS = ['no-availability-check', 'unsummed-demand', 'expiry-frees-twice', 'last-count'] as const;
export type Plant = (typeof PLANTS)[number];

const RULES = 'apps/inventory/src';
const SLIPS: Record<Plant, Slip[]> = {
  'no-availability-check': [
    {
      file: `${RULES}/items/bounds.js`,
      right: 'if (requested > (0, item_1.availableOf)(level))',
      wrong: 'if (false)',
    },
  ],
  'unsummed-demand': [
    { file: `${RULES}/stock/order.js`, right: 'state = step.state;', wrong: '' },
    {
      file: `${RULES}/orders/order.js`,
      right: 'states.get(itemId) ?? itemOf(itemId)',
      wrong: 'itemOf(itemId)',
    },
    {
      file: `${RULES}/orders/order.js`,
      right: 'quantity: quantity + (sums.get(key)?.quantity ?? 0)',
      wrong: 'quantity: Math.max(quantity, sums.get(key)?.quantity ?? 0)',
    },
  ],
  'expiry-frees-twice': [
    {
      file: `${RULES}/reservations/reservation.js`,
      right: "return freed(state, 'stock.expired', 'expired', now);",
      wrong:
        "return [...freed(state, 'stock.expired', 'expired', now), ...freed(state, 'stock.expired', 'expired', now)];",
    },
  ],
  'last-count': [
    {
      file: `${RULES}/stock/counts.js`,
      right: 'return one < other ? one : other;',
      wrong: 'return one < other ? other : one;',
    },
  ],
};

const PARTS = ['apps/inventory', 'libs', 'tools/bench', 'tools/prove'];

/** Runs the proof on a copy of the program with a fault in it; whether the model has found that. */
export async function proveRed(
  plant: Plant,
  { commands, seed }: { commands: number; seed: number },
  say: (line: string) => void,
): Promise<boolean> {
  const args = ['--commands', String(commands), '--seed', String(seed)];
  const { status, output } = await runSpoiled(SLIPS[plant], { parts: PARTS, script: 'tools/prove/model.js', args });
  const fault = output.indexOf('FAULT the model does not agree');
  say(`--- with '${plant}':`);
  say(fault === -1 ? `not found\n${output}` : output.slice(fault).trimEnd());
  return status === 1 && fault !== -1;
}
