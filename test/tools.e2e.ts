import { spawn } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DataDirLock } from '../tools/start/lock';
import { temporaryFolder } from './support/databases';

type Ended = Promise<{ code: number | null; said: string }>;

function runTool(tool: string, args: string[], env: NodeJS.ProcessEnv): Ended {
  return runScript(`${tool}/main`, args, env);
}

/** Runs a built script to its end. */
function runScript(script: string, args: string[], env: NodeJS.ProcessEnv): Ended {
  const file = resolve(__dirname, `../dist/tools/${script}.js`);
  const child = spawn(process.execPath, [file, ...args], { env: { ...process.env, ...env } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
  return new Promise((done) => child.once('close', (code) => done({ code, said })));
}

let dataDir: string;
beforeEach(async () => {
  dataDir = await temporaryFolder();
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

describe('npm run databases', () => {
  it('leaves alone what npm start runs on the same data', async () => {
    const lock = DataDirLock.acquire(dataDir);
    for (const name of ['mongod', 'redis']) writeFileSync(join(dataDir, `${name}.port`), '15000\n');
    const before = readdirSync(dataDir).toSorted();
    const { code, said } = await runTool('databases', [], { DATA_DIR: dataDir });
    expect(said).toContain(`already running on ${dataDir} (process ${process.pid})`);
    expect([code, readdirSync(dataDir).toSorted()]).toEqual([1, before]);
    lock.release();
  });

  it.each([
    ['--help', 0, 'Starts MongoDB and Redis on DATA_DIR'],
    ['--data', 1, "Unknown option '--data'"],
  ])('starts nothing when it is given %s', async (arg, ends, says) => {
    const { code, said } = await runTool('databases', [arg], { DATA_DIR: dataDir });
    expect(said).toContain(says);
    expect([code, readdirSync(dataDir)]).toEqual([ends, []]);
  });
});

describe('npm run ledger', () => {
  it('makes no secrets: the first start shows the login of those that it makes', async () => {
    const { code, said } = await runTool('ledger', ['verify'], { DATA_DIR: dataDir, INTERNAL_TOKEN: '' });
    expect(said).toContain('Set INTERNAL_TOKEN, or DATA_DIR');
    expect([code, readdirSync(dataDir)]).toEqual([2, []]);
  });

  it.each([
    ['verify', '--knwon', '1:ab'],
    ['rebuild', '--known', '1:ab'],
    ['verify', 'known'],
  ])('takes no option for another: %s %s %s', async (...args) => {
    const { code, said } = await runTool('ledger', args, {
      INTERNAL_TOKEN: 'x'.repeat(32),
      INVENTORY_ADDRESSES: '127.0.0.1:1',
    });
    expect(said).toMatch(/Unknown option|Unexpected argument/);
    expect(code).toBe(2);
  });
});

describe('a bench or a proof', () => {
  it.each([
    ['prove/kill', ['--cycels', '3'], 2, "Unknown option '--cycels'"],
    ['prove/race', ['--rounds', '0'], 2, '--rounds takes a number above 0'],
    ['prove/stream', ['--seed', 'x'], 2, '--seed takes a number above 0'],
    ['prove/model', ['--plant', 'nothing'], 2, 'nothing is called nothing that could be planted'],
    ['bench/main', ['--only', 'adjsut'], 2, 'there is no row adjsut'],
    ['prove/race', ['--help'], 0, 'npm run prove:race'],
  ])('%s begins nothing when it is given %j', async (script, args, ends, says) => {
    const { code, said } = await runScript(script, args, {});
    expect(said).toContain(says);
    expect(code).toBe(ends);
  });
});
