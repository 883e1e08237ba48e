import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Faults in the rules, each of which the model has to find: a proof that cannot fail proves nothing. */
export const PLANTS = ['no-availability-check', 'unsummed-demand', 'expiry-frees-twice'] as const;
export type Plant = (typeof PLANTS)[number];

interface Slip {
  file: string;
  /** As it stands in the compiled rule, once; and what somebody has made of it. */
  right: string;
  wrong: string;
}

const SLIPS: Record<Plant, Slip[]> = {
  'no-availability-check': [
    { file: 'items/bounds.js', right: 'if (requested > (0, item_1.availableOf)(level))', wrong: 'if (false)' },
  ],
  'unsummed-demand': [
    { file: 'stock/order.js', right: 'state = step.state;', wrong: '' },
    { file: 'reservations/reservation.js', right: 'states.get(itemId) ?? itemOf(itemId)', wrong: 'itemOf(itemId)' },
    {
      file: 'reservations/reservation.js',
      right: 'quantity: quantity + (sums.get(key)?.quantity ?? 0)',
      wrong: 'quantity: Math.max(quantity, sums.get(key)?.quantity ?? 0)',
    },
  ],
  'expiry-frees-twice': [
    {
      file: 'reservations/reservation.js',
      right: "return freed(state, 'stock.expired', 'expired', now);",
      wrong:
        "return [...freed(state, 'stock.expired', 'expired', now), ...freed(state, 'stock.expired', 'expired', now)];",
    },
  ],
};

const DIST = resolve(__dirname, '../../..');
const PARTS = ['apps/inventory', 'libs', 'tools/prove'];

/** Runs the proof on a copy of the program with a fault in it; whether the model has found that. */
export function proveRed(
  plant: Plant,
  { commands, seed }: { commands: number; seed: number },
  say: (line: string) => void,
): boolean {
  // Inside the project: the copy needs its packages.
  const folder = mkdtempSync(join(DIST, '../node_modules/.stockwire-plant-'));
  try {
    for (const part of PARTS) cpSync(join(DIST, part), join(folder, part), { recursive: true });
    SLIPS[plant].forEach((slip) => spoil(folder, slip));
    const args = [join(folder, 'tools/prove/model.js'), '--commands', String(commands), '--seed', String(seed)];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    const fault = stdout.indexOf('FAULT the model does not agree');
    say(`--- with '${plant}':`);
    say(fault === -1 ? `not found\n${stdout}${stderr}` : stdout.slice(fault).trimEnd());
    return status === 1 && fault !== -1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function spoil(folder: string, { file, right, wrong }: Slip): void {
  const path = join(folder, 'apps/inventory/src', file);
  const parts = readFileSync(path, 'utf8').split(right);
  if (parts.length !== 2) throw new Error(`${file} has ${right} ${parts.length - 1} times: the plant is out of date`);
  writeFileSync(path, parts.join(wrong));
}
