import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { startTestDatabases } from './support/databases';

export default async function globalSetup(): Promise<void> {
  const root = resolve(__dirname, '..');
  // These specs run the built apps: an old build would test yesterday's code.
  // STALE=1 takes the build that is there, for working on one app while another does not compile.
  const current = process.env.STALE === '1' || prepared(root);
  if (!current) throw new Error('the build failed');
  await startTestDatabases();
}

function prepared(root: string): boolean {
  const { status } = spawnSync(process.execPath, ['tools/prepare.mjs'], { cwd: root, stdio: 'inherit' });
  return status === 0;
}
