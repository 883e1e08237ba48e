import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second, whatever the kernel's own clock. */
const TICK_US = 10_000;

export interface CpuMark {
  /** Ticks of each process, by pid. */
  processes: Map<number, number>;
  /** Ticks that the machine was busy, and all. */
  busy: number;
  all: number;
}

export interface CpuUse {
  /** Microseconds of CPU that the servers took. */
  servers: number;
  /** Share of the machine that neither the servers nor this tool used: above a few percent the figures are not to be trusted. */
  foreign: number;
}

export function markCpu(pids: readonly number[]): CpuMark {
  const fields =
    readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]?.trim().split(/\s+/).slice(1, 9).map(Number) ?? [];
  const all = fields.reduce((sum, ticks) => sum + ticks, 0);
  const [, , , idle = 0, waiting = 0] = fields;
  return { processes: new Map(pids.map((pid) => [pid, ticksOf(pid)])), busy: all - idle - waiting, all };
}

/** What happened between two marks. `servers` and `tools` are pids that both marks hold. */
export function cpuBetween(from: CpuMark, to: CpuMark, servers: readonly number[], tools: readonly number[]): CpuUse {
  const spent = (pids: readonly number[]): number =>
    pids.reduce((sum, pid) => sum + (to.processes.get(pid) ?? 0) - (from.processes.get(pid) ?? 0), 0);
  const own = spent([...new Set([...servers, ...tools])]);
  return {
    servers: spent(servers) * TICK_US,
    foreign: Math.max(0, to.busy - from.busy - own) / Math.max(1, to.all - from.all),
  };
}

function ticksOf(pid: number): number {
  try {
    // The name in parentheses may hold spaces: what follows it is counted from there.
    const after = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return Number(after[11]) + Number(after[12]);
  } catch {
    return 0;
  }
}

/** Resident memory in MB. */
export function residentMb(pid: number): number {
  const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kb) / 1_024;
}
