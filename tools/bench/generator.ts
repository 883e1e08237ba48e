import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { cpuBetween, markCpu, type CpuUse } from './cpu';
import type { FromLoader, Job, Measured } from './job';

export type Measurement = Measured & CpuUse;

/** The load generator, in a process of its own. */
export class Generator {
  private readonly child: ChildProcess;

  constructor(script = 'loader.js') {
    this.child = fork(join(__dirname, script), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  }

  /** CPU is read at the very ends of the measured time. */
  run(job: Job, servers: readonly number[]): Promise<Measurement> {
    const tools = [process.pid, this.child.pid ?? 0];
    const mark = (): ReturnType<typeof markCpu> => markCpu([...servers, ...tools]);
    let from = mark();
    let to = from;
    return new Promise((resolve, reject) => {
      const ended = (code: number | null): void => reject(new Error(`the load generator ended with ${code}`));
      const listen = (message: FromLoader): void => {
        if (message.type === 'measuring') from = mark();
        else if (message.type === 'measured') to = mark();
        else {
          this.child.off('message', listen).off('exit', ended);
          resolve({ ...message.result, ...cpuBetween(from, to, servers, tools) });
        }
      };
      this.child.on('message', listen).once('exit', ended);
      this.child.send(job);
    });
  }

  stop(): void {
    this.child.kill();
  }
}
