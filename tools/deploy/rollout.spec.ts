import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** In the place of Docker: writes down what it is asked for, and fails where it is told to. */
const DOCKER = `#!/usr/bin/env bash
echo "$VERSION: $*" >> "$CALLS"
if [ -n "\${FAILS:-}" ] && [[ "$VERSION: $*" =~ $FAILS ]]; then exit 1; fi
case "$*" in
  'compose ps --quiet gateway') echo "$RUNNING" ;;
  'compose ps --quiet '*) echo c1 ;;
  'compose port '*) echo "$DOOR" ;;
esac
`;

describe('deploy/rollout.sh', () => {
  let folder: string;
  let door: Server;
  /** Answers of the door that it has nobody behind it. */
  let nobody: number;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rollout-'));
    mkdirSync(join(folder, 'deploy'));
    mkdirSync(join(folder, 'bin'));
    copyFileSync(join(__dirname, '../../deploy/rollout.sh'), join(folder, 'deploy/rollout.sh'));
    for (const [name, text] of Object.entries({ docker: DOCKER, sleep: '#!/bin/sh\n' })) {
      writeFileSync(join(folder, 'bin', name), text);
      chmodSync(join(folder, 'bin', name), 0o755);
    }
    writeFileSync(join(folder, '.env'), 'ADMIN_EMAIL=you@example.com\n');
    nobody = 0;
    door = createServer(({ url }, response) =>
      response.writeHead(nobody-- > 0 ? 503 : url === '/docs-json' ? 200 : 401).end(),
    );
    await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    await new Promise((resolve) => door.close(resolve));
    rmSync(folder, { recursive: true });
  });

  function roll(settings: {
    RUNNING: string;
    FAILS?: string;
  }): Promise<{ code: number; calls: string[]; env: string }> {
    const env = {
      ...settings,
      PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
      CALLS: join(folder, 'calls'),
      DOOR: `127.0.0.1:${(door.address() as AddressInfo).port}`,
    };
    return new Promise((resolve) =>
      execFile(join(folder, 'deploy/rollout.sh'), ['2.0.0'], { env }, (error) =>
        resolve({
          code: error ? Number(error.code) : 0,
          calls: readFileSync(env.CALLS, 'utf8').trim().split('\n'),
          env: readFileSync(join(folder, '.env'), 'utf8'),
        }),
      ),
    );
  }

  it('begins with a backup by what was started by hand, and keeps its images', async () => {
    const { code, calls, env } = await roll({ RUNNING: 'c1' });
    expect([code, env]).toEqual([0, 'ADMIN_EMAIL=you@example.com\nVERSION=2.0.0\n']);
    const replaced = calls.findIndex((call) => call.includes('--scale'));
    expect(calls.indexOf('local: compose run --rm backup')).toBeGreaterThan(-1);
    expect(calls.indexOf('local: compose run --rm backup')).toBeLessThan(replaced);
    expect(calls.at(-1)).toMatch(/image prune .* --filter label!=org\.opencontainers\.image\.version=local$/);
  });

  it('goes back to what was started by hand, when a new one does not come up', async () => {
    const { code, calls, env } = await roll({ RUNNING: 'c1', FAILS: '^2.0.0: .*--scale gateway' });
    expect([code, env]).toEqual([1, 'ADMIN_EMAIL=you@example.com\n']);
    expect(calls).toContainEqual(
      expect.stringMatching(/^local: compose up .*--no-build.* inventory notification gateway$/),
    );
  });

  it('is no failure when the door has just lost those of before', async () => {
    nobody = 1;
    expect(await roll({ RUNNING: 'c1' })).toMatchObject({ code: 0 });
  });

  it('makes no backup of nothing', async () => {
    const { code, calls } = await roll({ RUNNING: '' });
    expect(code).toBe(0);
    expect(calls.filter((call) => call.includes('backup') || call.includes('label!='))).toEqual([]);
  });
});
