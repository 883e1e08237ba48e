import { createLog, DomainError, TcpClient } from '@app/common';
import { ledger, type Verification } from '@app/contracts';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PORTS, reachable } from '../start/apps';
import { loadSecrets } from '../start/secrets';
import { readEnvFile } from '../start/env-file';
import { dataDirOf } from '../start/settings';

const HELP = `npm run ledger -- <command>

  verify [--known <position>:<hash>]   walks the whole ledger (positions, hash chain, seqs, figures before and after) and
                                       compares every projection with the fold of its events. Ends with 1 when anything
                                       is wrong, with 2 when nobody answers. Keep the last line: --known later proves that
                                       nothing before was changed.
  rebuild                              makes the projections anew from the ledger, between two groups of the writer.

Asks the running inventory (INVENTORY_ADDRESSES, or HOST and INVENTORY_PORT) with INTERNAL_TOKEN, or with the one that
npm start keeps under DATA_DIR.`;

const ROOT = resolve(__dirname, '../../..');

/** A ledger of millions of events takes its time. */
const DEADLINE_MS = 60 * 60 * 1_000;

function internalToken(): string {
  if (process.env.INTERNAL_TOKEN) return process.env.INTERNAL_TOKEN;
  const dataDir = dataDirOf(ROOT, process.env);
  // Never made here: the first start shows the login of those that it makes.
  if (!existsSync(join(dataDir, 'secrets.json')))
    throw new Error('Set INTERNAL_TOKEN, or DATA_DIR to the folder of a system that npm start has started.');
  return loadSecrets(dataDir, process.env).secrets.internalToken;
}

function addressesOf({ INVENTORY_ADDRESSES, HOST, INVENTORY_PORT }: NodeJS.ProcessEnv): string[] {
  if (INVENTORY_ADDRESSES) return INVENTORY_ADDRESSES.split(',').map((address) => address.trim());
  return [`${reachable(HOST || '127.0.0.1')}:${INVENTORY_PORT || PORTS.INVENTORY_PORT}`];
}

/** A misspelt option is no verification against what was known. */
function knownOf(command: 'verify' | 'rebuild', args: string[]): { position: number; hash: string } | undefined {
  const { values } = parseArgs({ args, options: command === 'verify' ? { known: { type: 'string' } } : {} });
  const { known } = values as { known?: string };
  if (known === undefined) return undefined;
  const [, position, hash] = /^(\d+):([0-9a-f]{64})$/.exec(known) ?? [];
  if (!position || !hash) throw new Error('--known takes <position>:<hash>, as a verification prints them.');
  return { position: Number(position), hash };
}

function print({ ok, position, hash, checked, faults }: Verification): void {
  for (const fault of faults) console.log(`  ${fault.position}  ${fault.kind}  ${fault.detail}`);
  console.log(
    ok
      ? `The ledger is sound: ${checked} events, every projection is their sum.`
      : `${faults.length} faults in ${checked} events.`,
  );
  console.log(`${position}:${hash}`);
}

async function main([command, ...args]: string[]): Promise<void> {
  const helped = command === undefined || [command, ...args].includes('--help');
  if (helped || (command !== 'verify' && command !== 'rebuild')) {
    console.log(HELP);
    process.exitCode = helped ? 0 : 2;
    return;
  }
  const known = knownOf(command, args);
  readEnvFile(ROOT);
  const addresses = addressesOf(process.env);
  const client = new TcpClient({ addresses, token: internalToken(), log: createLog('ledger', 'warn'), maxInFlight: 1 });
  const options = { requestId: `ledger-${command}`, deadlineMs: DEADLINE_MS };
  try {
    if (command === 'rebuild') {
      const { position, items, reservations, transfers, expectations } = await client.call(ledger.rebuild, {}, options);
      const orders = `${reservations} reservations, ${transfers} transfers and ${expectations} expectations`;
      console.log(`${items} items, ${orders} were made anew from ${position} events.`);
      return;
    }
    const report = await client.call(ledger.verify, { ...(known && { known }) }, options);
    print(report);
    process.exitCode = report.ok ? 0 : 1;
  } finally {
    client.close();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof DomainError ? error.detail : (error as Error).message);
  // Not 1: that says that the ledger is not sound.
  process.exitCode = 2;
});
