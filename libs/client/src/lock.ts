import { leased } from './lease';
import type { TokenStorage } from './tokens';

type Locks = { request<Result>(name: string, work: () => Promise<Result>): Promise<Result> };

const tails = new Map<string, Promise<unknown>>();

/**
 * Runs one work of this name at a time: over all tabs of an origin where the browser has locks, else in this process, and over all
 * that share the storage by what is written there.
 */
export function exclusively<Result>(
  name: string,
  work: () => Promise<Result>,
  storage?: TokenStorage,
): Promise<Result> {
  const { locks } = (globalThis as { navigator?: { locks?: Locks } }).navigator ?? {};
  if (locks) return locks.request(name, work);
  const turn = (tails.get(name) ?? Promise.resolve()).then(() => (storage ? leased(storage, name, work) : work()));
  const settled = turn.catch(() => undefined);
  tails.set(name, settled);
  void settled.then(() => tails.get(name) === settled && tails.delete(name));
  return turn;
}
