import { runSpoiled, type Slip } from '../spoiled-copy';

/** Faults of the product and of its client, each of which the proof has to find: a proof that cannot fail proves nothing. */
export const PLANTS = ['join-after-history', 'no-dedupe', 'publish-before-commit', 'cursor-off-by-one'] as const;
export type Plant = (typeof PLANTS)[number];

const CATCH_UP = 'apps/notification/src/realtime/catch-up.js';
const WRITER = 'apps/inventory/src/ledger/ledger.writer.js';

export const SLIPS: Record<Plant, Slip[]> = {
  // What happens between the last page of the past and the first live event is in neither.
  'join-after-history': [
    { file: CATCH_UP, right: 'this.join(subscription);', wrong: 'setTimeout(() => this.join(subscription), 20);' },
  ],
  // Joined before the past is read, and nobody takes out what comes both ways.
  'no-dedupe': [
    {
      file: CATCH_UP,
      right: 'let failures = 0;',
      wrong: `let failures = 0;
        this.join(subscription);
        await new Promise((resolve) => setTimeout(resolve, 20));`,
    },
  ],
  // Followers hear of what may never come to be.
  'publish-before-commit': [
    {
      file: WRITER,
      right: '() => this.repository.commit(plan.batch)',
      wrong: `async () => {
        this.ledger.append(plan.texts.filter(({ position }) => position > this.ledger.head));
        await new Promise((resolve) => setTimeout(resolve, 150));
        await this.repository.commit(plan.batch);
      }`,
    },
    { file: WRITER, right: 'this.ledger.append(plan.texts);\n    }', wrong: '}' },
  ],
  // The client's own fault: it remembers the next position instead of the last one.
  'cursor-off-by-one': [
    {
      file: 'tools/prove/stream/subscriber.js',
      right: 'const since = log.cursor;',
      wrong: 'const since = log.cursor && { ...log.cursor, position: log.cursor.position + 1 };',
    },
  ],
};

const PARTS = ['apps', 'libs', 'tools'];

/** Runs the proof on a copy of the program with a fault in it; whether that was found. */
export async function proveRed(plant: Plant, args: readonly string[], say: (line: string) => void): Promise<boolean> {
  say(`--- with '${plant}':`);
  const options = { parts: PARTS, script: 'tools/prove/stream.js', args };
  const { status, output } = await runSpoiled(SLIPS[plant], options);
  const fault = /^FAULT (stream|subscriber): .*$/m.exec(output);
  say(fault ? fault[0] : `not found\n${output}`);
  return status === 1 && fault !== null;
}
