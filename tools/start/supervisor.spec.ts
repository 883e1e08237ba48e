import type { ProcessSpec } from '../databases/process';
import { Output } from './output';
import { Supervisor, type Register } from './supervisor';

const said: string[] = [];
const output = new Output({ write: (line: string) => said.push(line) } as unknown as NodeJS.WriteStream);

/** What runs by the register's account. */
class Running implements Register {
  readonly pids = new Set<number>();
  started = 0;

  add(_name: string, pid: number): void {
    this.pids.add(pid);
    this.started++;
  }

  remove(pid: number): void {
    this.pids.delete(pid);
  }
}

function spec(code: string, ready: () => Promise<void> = () => Promise.resolve()): ProcessSpec {
  return { name: 'app', command: process.execPath, args: ['-e', code], ready };
}

const STAYS = 'setTimeout(() => {}, 60_000)';
let register: Running;
let supervisor: Supervisor;

beforeEach(() => {
  register = new Running();
  supervisor = new Supervisor(output, register);
});
afterEach(() => supervisor.stop('app', 5_000));

describe('the supervisor', () => {
  it('keeps account of what runs', async () => {
    await supervisor.start(spec(STAYS));
    expect(register.pids.size).toBe(1);
    await supervisor.stop('app', 5_000);
    expect(register.pids.size).toBe(0);
  });

  it('stops what runs also after a bug in its own account of it', async () => {
    let pid = 0;
    const add = (_name: string, started: number): never => {
      pid = started;
      throw new Error('a bug');
    };
    supervisor = new Supervisor(output, { add, remove: () => {} });
    const start = supervisor.start(spec(STAYS));
    await expect(supervisor.failure).rejects.toThrow('a bug');
    await expect(start).rejects.toThrow('stopped before it was ready');
    await supervisor.stop('app', 5_000);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('starts nothing any more once a stop has begun', async () => {
    supervisor.close();
    await expect(supervisor.start(spec(STAYS))).rejects.toThrow('not started any more');
    expect(register.started).toBe(0);
  });

  it('does not start again what ends because it was asked to', async () => {
    await supervisor.start(spec(STAYS));
    await supervisor.stop('app', 5_000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(register.started).toBe(1);
  });

  it('gives up at once what was never ready and never will be', async () => {
    const hopeless = async (): Promise<string> => 'PORT is wrong';
    void supervisor.start({ ...spec('process.exit(1)', () => new Promise(() => {})), hopeless }).catch(() => {});
    await expect(supervisor.failure).rejects.toThrow('PORT is wrong');
    expect(register.started).toBe(1);
  });

  it('ends what is asked to stop before it was ready, and tells whoever waits for it', async () => {
    const start = supervisor.start(spec(STAYS, () => new Promise(() => {})));
    await supervisor.stop('app', 5_000);
    await expect(start).rejects.toThrow('stopped before it was ready');
    expect(register.pids.size).toBe(0);
  });

  it('asks again when the question whether it is ready fails', async () => {
    let asked = 0;
    const ready = async (): Promise<void> => {
      if (++asked === 1) throw new Error('not yet');
    };
    await supervisor.start(spec(STAYS, ready));
    expect(asked).toBe(2);
  });

  it('looks after what runs, also when that fails once, until it is stopped', async () => {
    let tended = 0;
    const act = async (): Promise<string> => {
      if (++tended === 1) throw new Error('no answer');
      return 'is in order again';
    };
    await supervisor.start({ ...spec(STAYS), tend: { everyMs: 5, act } });
    while (tended < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    await supervisor.stop('app', 5_000);
    const before = tended;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(tended).toBe(before);
    expect(said.join('')).toMatch(/app could not be looked after: no answer[^]*app is in order again/);
  });

  it('gives up what keeps ending, with its last lines', async () => {
    const start = supervisor.start(spec('console.log("no such setting")', () => new Promise(() => {})));
    await expect(supervisor.failure).rejects.toThrow(/ended 5 times within \d+ s \(with code 0\)[^]*no such setting/);
    await expect(start).rejects.toThrow('stopped before it was ready');
    expect(register.started).toBe(5);
  });

  it('waits for what hinders a program, and counts no end of that time', async () => {
    let full = true;
    const ended = { ...spec('process.exit(1)', () => new Promise(() => {})) };
    const start = supervisor.start({ ...ended, hindrance: async () => (full ? 'the disk is full' : undefined) });
    while (!said.join('').includes('the disk is full') && register.started < 3) await new Promise(setImmediate);
    expect([register.started, said.at(-1)]).toEqual([1, expect.stringContaining('(with code 1): the disk is full.')]);
    full = false;
    await expect(supervisor.failure).rejects.toThrow('ended 5 times');
    await expect(start).rejects.toThrow('stopped before it was ready');
    expect(register.started).toBe(6);
  });

  it('stops also what waits for that', async () => {
    const start = supervisor.start({ ...spec('', () => new Promise(() => {})), hindrance: async () => 'no room' });
    while (!said.join('').includes('no room') && register.started < 3) await new Promise(setImmediate);
    expect(said.at(-1)).toContain('no room');
    await supervisor.stop('app', 5_000);
    await expect(start).rejects.toThrow('stopped before it was ready');
  });

  it('counts a program that can not be started at all as one that ends', async () => {
    const missing = { ...spec(''), command: '/no/such/program' };
    const start = supervisor.start(missing);
    await expect(supervisor.failure).rejects.toThrow('ENOENT');
    await expect(start).rejects.toThrow('stopped before it was ready');
  });
});
