import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { spoiled } from '../tools/prove/spoiled-copy';
import { SLIPS } from '../tools/prove/stream/plant';

const PROOF = join(__dirname, '../dist/tools/prove/model.js');

describe('the proof by sockets', () => {
  // What they come to takes minutes: `npm run prove:stream -- --planted`.
  it('has faults to plant that have their place in the program as it is', () => {
    // Where it is built: these are compiled on the way here.
    const dist = join(__dirname, '../dist');
    for (const slip of Object.values(SLIPS).flat()) expect(spoiled(slip, dist)).toContain(slip.wrong);
  });
});

describe('the proof by a model', () => {
  it('finds every fault that is planted in the rules, and fails then', () => {
    const args = [PROOF, '--planted', '--commands', '2000', '--seed', '1'];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stdout.match(/^FAULT the model does not agree: .+; seed \d+/gm)).toHaveLength(4);
    expect(stdout).toContain('PROVED: every planted fault is found');
    expect(status).toBe(0);
  });
});
