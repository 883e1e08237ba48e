import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Verification } from '@app/contracts';
import { projectRoot, type Stack } from '../bench/stack';
import type { Api } from '../demo/api';

/** Lets the ledger check itself: chain, numbers, figures, and every item against the fold of its events. */
export async function verifyLedger(stack: Stack, api: Api): Promise<string[]> {
  const { status, body } = await api.send<Verification>({ path: '/ledger/verify' }, 120_000);
  if (status === 404) return verifyByTool(stack);
  if (status !== 200) return [`verify: GET /ledger/verify answered ${status}`];
  const listed = body.faults.map(({ position, kind, detail }) => `verify: position ${position}: ${kind}: ${detail}`);
  return body.ok || listed.length > 0 ? listed : ['verify: the ledger is not good'];
}

/** The operator's way, for a gateway without that route. */
async function verifyByTool(stack: Stack): Promise<string[]> {
  const tool = join(projectRoot(), 'dist', 'tools', 'ledger', 'main.js');
  if (!existsSync(tool)) return ['verify: there is neither GET /ledger/verify nor the ledger tool'];
  const child = spawn(process.execPath, [tool, 'verify'], { env: stack.env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  return code === 0 ? [] : [`verify: the ledger tool ended with ${code}: ${said.join('').slice(-2_000)}`];
}
