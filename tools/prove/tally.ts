import { Api, type Call, type Reply } from '../demo/api';

export type Kind = 'read' | 'write';

/** What clients were answered in one phase. */
export class Tally {
  /** By status; 0 for a request without any answer. */
  readonly statuses = new Map<number, number>();
  /** The longest time to an answer, in milliseconds. */
  readonly longest: Record<Kind, number> = { read: 0, write: 0 };
  readonly faults: string[] = [];

  note({ method = 'GET', path }: Call, status: number, ms: number, headers?: Headers): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    const kind = method === 'GET' ? 'read' : 'write';
    this.longest[kind] = Math.max(this.longest[kind], ms);
    const told = `${method} ${path} got ${status} after ${Math.round(ms)} ms`;
    if (status === 500) this.faults.push(told);
    if (status === 503 && !headers?.has('retry-after')) this.faults.push(`${told} without Retry-After`);
  }

  count(matches: (status: number) => boolean): number {
    return [...this.statuses].reduce((sum, [status, count]) => sum + (matches(status) ? count : 0), 0);
  }

  toString(): string {
    const statuses = [...this.statuses].sort(([one], [other]) => one - other);
    const counts = statuses.map(([status, count]) => `${status || 'none'}: ${count}`).join(', ');
    const { read, write } = this.longest;
    return `${counts}; longest read ${Math.round(read)} ms, write ${Math.round(write)} ms`;
  }
}

/** What is promised of one phase. */
export interface Promised {
  /** No request fails because of it. */
  goesOn?: boolean;
  /** An answer, whatever it is, comes within so many milliseconds. */
  answersWithin?: Partial<Record<Kind, number>>;
  /** Changes are acknowledged again so many milliseconds after it is over. */
  healsWithin: number;
}

/** All that contradicts what is promised. @param healed milliseconds until a change was acknowledged; undefined: never */
export function judgePhase(name: string, tally: Tally, healed: number | undefined, promised: Promised): string[] {
  const faults = tally.faults.map((fault) => `${name}: ${fault}`);
  const failed = tally.count((status) => status === 0 || status >= 500);
  if (promised.goesOn && failed > 0) faults.push(`${name}: ${failed} requests failed, and nothing should have`);
  for (const [kind, most] of Object.entries(promised.answersWithin ?? {})) {
    const longest = tally.longest[kind as Kind];
    if (longest > most) faults.push(`${name}: a ${kind} had its answer after ${Math.round(longest)} ms, not ${most}`);
  }
  if (healed === undefined) faults.push(`${name}: nothing was acknowledged any more`);
  else if (healed > promised.healsWithin)
    faults.push(`${name}: healed after ${Math.round(healed)} ms, not ${promised.healsWithin}`);
  return faults;
}

/** The public API, with an account of what it answers and when. */
export class MeasuredApi extends Api {
  tally = new Tally();

  override async send<Body>(call: Call, timeoutMs?: number): Promise<Reply<Body>> {
    const { tally } = this;
    const begun = performance.now();
    try {
      const reply = await super.send<Body>(call, timeoutMs);
      tally.note(call, reply.status, performance.now() - begun, reply.headers);
      return reply;
    } catch (error) {
      tally.note(call, 0, performance.now() - begun);
      throw error;
    }
  }
}
