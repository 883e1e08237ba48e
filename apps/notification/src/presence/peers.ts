import type { Entry } from './roster';

/** What processes tell each other of presence. Each counts its changes, so that who has missed one knows it and asks. */
export type News =
  | { kind: 'set'; from: string; change: number; entry: Entry }
  | { kind: 'gone'; from: string; change: number; room: string; id: string }
  /** Still here, having told so many changes. */
  | { kind: 'alive'; from: string; change: number }
  /** All there is of this process. */
  | { kind: 'all'; from: string; change: number; entries: Entry[] }
  /** Asks one process for all of it, or every one. */
  | { kind: 'ask'; from: string; of?: string }
  | { kind: 'bye'; from: string };

/** Which peers there are, when each was last heard of, and how much of it is known. The clock comes as an argument. */
export class Peers {
  private readonly known = new Map<string, { heardAt: number; change: number }>();

  constructor(private readonly silentMs: number) {}

  /** Whether what came follows on what is known of the peer; if not, it has to be asked for all of it. */
  follows({ from, kind, change }: Extract<News, { change: number }>, now: number): boolean {
    const former = this.known.get(from)?.change;
    const follows = kind === 'all' || (former !== undefined && change === (kind === 'alive' ? former : former + 1));
    // Of one that told something that does not follow nothing is known until it has told all.
    this.known.set(from, { heardAt: now, change: follows ? change : Number.NaN });
    return follows;
  }

  forget(from: string): void {
    this.known.delete(from);
  }

  /** Those that have not been heard of for too long; they are forgotten. */
  silent(now: number): string[] {
    const silent = [...this.known].filter(([, { heardAt }]) => now - heardAt > this.silentMs).map(([from]) => from);
    for (const from of silent) this.known.delete(from);
    return silent;
  }
}
