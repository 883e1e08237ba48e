import { randomInt } from 'node:crypto';
import { argumentsOf, misused } from '../bench/arguments';
import { PLANTS, proveRed, type Plant } from './model/plant';
import { prove, unfair, type Proof } from './model/proof';

const USAGE = `npm run prove:model -- [--commands <n>] [--seed <n>] [--plant ${PLANTS.join('|')}] [--planted]
Plays random commands on the rules and on a simple model beside them, which have to agree on every state and every refusal.
--plant breaks a rule before, to see that the proof can fail; --planted does so with each of them, and wants every one found.`;

const values = argumentsOf(USAGE, {
  commands: { type: 'string', default: '100000' },
  seed: { type: 'string', default: String(randomInt(1_000_000)) },
  plant: { type: 'string' },
  planted: { type: 'boolean', default: false },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function report({ commands, runs, outcomes, failure }: Proof, seconds: number): void {
  say(`${commands} commands in ${runs} runs, ${Math.round(commands / seconds)} a second`);
  const sorted = [...outcomes].sort(([, one], [, other]) => other - one);
  for (const [outcome, count] of sorted) say(`${String(count).padStart(9)}  ${outcome}`);
  if (!failure) return;
  say(`FAULT ${failure.error}; seed ${failure.seed}, the fewest wishes that show it:`);
  failure.wishes.forEach((wish) => say(`  ${wish}`));
}

async function main(): Promise<void> {
  const plant = PLANTS.find((name) => name === values.plant);
  const [commands, seed] = [Number(values.commands), Number(values.seed)];
  if (values.plant !== undefined && !plant) misused(USAGE, `nothing is called ${values.plant} that could be planted`);
  const red = (one: Plant): Promise<boolean> => proveRed(one, { commands, seed }, say);
  if (plant) return end(!(await red(plant)), `the rules without what '${plant}' breaks`);
  if (values.planted) {
    const found: boolean[] = [];
    for (const one of PLANTS) found.push(await red(one));
    return end(found.every(Boolean), 'every planted fault is found');
  }
  say(`${commands} commands, seed ${seed}`);
  const began = performance.now();
  const proof = prove({ commands, seed });
  report(proof, (performance.now() - began) / 1_000);
  const little = proof.failure ? undefined : unfair(proof.outcomes);
  if (little) say(`FAULT this proves little: ${little}`);
  end(!proof.failure && !little, 'the rules do what the model says');
}

function end(good: boolean, what: string): void {
  say(good ? `PROVED: ${what}` : `NOT PROVED: ${what}`);
  if (!good) process.exitCode = 1;
}

main().catch((error: unknown) => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
});
