export type RevocationKind = 'session' | 'api-key';

/** One entry of the feed of what is not valid any more. */
export interface Revocation {
  /** 1, 2, 3 … in commit order: a follower that knows n has missed nothing up to n. */
  position: number;
  kind: RevocationKind;
  /** The session, or the API key. */
  id: string;
  at: Date;
}

/**
 * The numbered feed. Only the gateway appends to it; it keeps each entry longer than any token lives, and the newest for ever,
 * so that the numbers go on.
 */
export abstract class RevocationFeed {
  /** Entries at and after `position`, in order, up to a page. */
  abstract from(position: number): Promise<Revocation[]>;

  /** Entries that are not older than `time`, in order, and always the newest one. */
  abstract since(time: Date): Promise<Revocation[]>;
}
