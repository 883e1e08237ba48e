import type { TokenStorage } from './tokens';

/** Who ends without a word, with a closed tab for example, is waited for no longer. */
const LEASE_MS = 10_000;
/** What another tab wrote at the same moment is seen here by then. */
const SETTLE_MS = 50;

/**
 * Runs one work of this name at a time over all that share a storage: for pages that came over plain HTTP, which have no Web Locks.
 * A storage that does not keep what is written keeps nothing that could be shared either: then the work is simply run.
 */
export async function leased<Result>(
  storage: TokenStorage,
  name: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const lease = new Lease(storage, `${name} lease`);
  await lease.take();
  const beat = setInterval(() => lease.extend(), LEASE_MS / 4);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    lease.end();
  }
}

class Lease {
  private readonly owner = `${Math.random()}`;

  constructor(
    private readonly storage: TokenStorage,
    private readonly key: string,
  ) {}

  async take(): Promise<void> {
    for (;;) {
      const free = this.holder() === undefined;
      if (free) this.write();
      if (free && this.holder() === undefined) return;
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS * (1 + Math.random())));
      // Of those who wrote at the same moment it is the last one's; a tab in the background may have been kept waiting for a minute.
      if (free && this.isOurs()) return this.write();
    }
  }

  extend(): void {
    if (this.isOurs()) this.write();
  }

  end(): void {
    if (!this.isOurs()) return;
    try {
      this.storage.removeItem(this.key);
    } catch {
      // It ends by its time.
    }
  }

  private isOurs(): boolean {
    return this.read()?.owner === this.owner;
  }

  /** Whose it is; one that would last for longer than any was written before the clock was set. */
  private holder(): string | undefined {
    const { owner, until = 0 } = this.read() ?? {};
    const left = until - Date.now();
    return left > 0 && left <= LEASE_MS ? owner : undefined;
  }

  private read(): { owner?: string; until?: number } | undefined {
    try {
      return (JSON.parse(this.storage.getItem(this.key) ?? 'null') ?? undefined) as { owner?: string } | undefined;
    } catch {
      return undefined;
    }
  }

  private write(): void {
    try {
      this.storage.setItem(this.key, JSON.stringify({ owner: this.owner, until: Date.now() + LEASE_MS }));
    } catch {
      // Full or forbidden: nobody finds it there.
    }
  }
}
