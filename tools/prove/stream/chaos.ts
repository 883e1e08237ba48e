import { setTimeout as sleep } from 'node:timers/promises';
import type { Part, Stack } from '../../bench/stack';
import type { Random } from '../random';
import type { Relay } from './relay';
import type { Subscriber } from './subscriber';

export const KINDS = ['cut', 'halfopen', 'kill', 'redis'] as const;
export type Kind = (typeof KINDS)[number];

const KILLED: readonly Part[] = ['notification', 'inventory', 'gateway', 'mongod'];
const PAUSE_MS = { least: 200, most: 900 };

/** What may be done to a subscriber, its network and the servers behind it. */
export interface Theatre {
  stack: Stack;
  relay: Relay;
  subscribers: readonly Subscriber[];
  say: (line: string) => void;
}

/** Loses connections, links and processes in an order that the seed gives, each kind as often as the others. */
export class Chaos {
  private rounds: Kind[] = [];
  private victims: Part[] = [];
  private readonly seen = new Set<Kind | Part>();

  constructor(
    private readonly theatre: Theatre,
    private readonly kinds: readonly Kind[],
    private readonly random: Random,
  ) {}

  /** Whether everything that was asked for has happened at least once. */
  get complete(): boolean {
    const parts = this.kinds.includes('kill') ? KILLED.filter((part) => this.theatre.stack.parts.includes(part)) : [];
    return [...this.kinds, ...parts].every((what) => this.seen.has(what));
  }

  async step(): Promise<void> {
    await sleep(this.random.whole(PAUSE_MS.least, PAUSE_MS.most));
    this.stir();
    if (this.kinds.length === 0) return;
    if (this.rounds.length === 0) this.rounds = this.random.shuffled(this.kinds);
    const kind = this.rounds.pop();
    if (kind === undefined) return;
    const what = await this.do(kind);
    this.seen.add(kind);
    this.theatre.say(`  ${what}`);
  }

  private async do(kind: Kind): Promise<string> {
    const { relay, stack } = this.theatre;
    switch (kind) {
      case 'cut': {
        const links = this.some(relay.open);
        relay.cut(links);
        return `cut ${links.length} connections`;
      }
      case 'halfopen':
        return this.freeze();
      case 'redis':
        return stack.parts.includes('redis') ? this.kill('redis', this.random.whole(300, 1_500)) : 'no redis of ours';
      case 'kill':
        return this.killNext();
    }
  }

  /** Some links stop carrying anything; some of these go on later, perhaps after their client has given up. */
  private freeze(): string {
    const { relay } = this.theatre;
    const links = this.some(relay.open);
    relay.freeze(links);
    const thawed = links.filter(() => this.random.chance(0.5));
    setTimeout(() => relay.thaw(thawed), this.random.whole(300, 4_000)).unref();
    return `froze ${links.length} links, ${thawed.length} of them for a while`;
  }

  private async killNext(): Promise<string> {
    const parts = KILLED.filter((part) => this.theatre.stack.parts.includes(part));
    if (this.victims.length === 0) this.victims = this.random.shuffled(parts);
    const part = this.victims.pop();
    if (part === undefined) return 'nothing to kill';
    return this.kill(part, this.random.whole(0, 500));
  }

  private async kill(part: Part, awayMs: number): Promise<string> {
    const { stack } = this.theatre;
    await stack.kill(part);
    await sleep(awayMs);
    await stack.begin(part);
    this.seen.add(part);
    return `killed ${part}`;
  }

  /** A few subscribers leave a room and come back, which is a seam too. */
  private stir(): void {
    for (const subscriber of this.theatre.subscribers) {
      if (!this.random.chance(0.3)) continue;
      subscriber.comeAgain(this.random.pick(subscriber.logs), this.random.chance(0.4));
    }
  }

  private some<T>(list: readonly T[]): T[] {
    const share = this.random.pick([0.2, 0.5, 1]);
    return list.filter(() => this.random.chance(share));
  }
}
