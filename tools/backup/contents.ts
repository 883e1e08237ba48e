/** What a backup holds: everything of the database that can't be made anew, under whatever name a later version adds it. */

import { SESSION_PURPOSES } from '../../apps/inventory/src/ledger/known-session.mongo';

export const LEDGER = 'ledger';
export const META = 'meta';
export const OUTCOMES = 'outcomes';

/** Made anew from the ledger by a restore. */
const DERIVED = ['items', 'reservations', 'transfers', 'expectations', 'listing', 'checkpoints', 'checkpoint_runs'];
/**
 * Of the moment. A session of then may have been ended since, and refresh tokens have moved on: after a restore everybody logs
 * in again. The file of an import is needed while it runs, and no import goes on after a restore.
 */
const PASSING = ['sessions', 'revocations', 'identity_changes', 'importFiles.files', 'importFiles.chunks'];
/** Rows of `meta` that belong to running processes and to what is derived; the ledger's identity is made anew. */
const PASSING_META = new RegExp(`^((${SESSION_PURPOSES.join('|')}):.*|lease.*|ledger|items|listing|backup|restore)$`);

/** A restore loads under these names first. */
export const RESTORING = 'restoring_';

/** Whether a collection belongs into a backup. */
export function isKept(collection: string): boolean {
  if (collection.startsWith('system.') || collection.startsWith(RESTORING)) return false;
  return !DERIVED.includes(collection) && !PASSING.includes(collection);
}

/** Whether a document belongs into a backup that ends at `position`. */
export function belongs(
  collection: string,
  document: { _id?: unknown; position?: unknown },
  position: number,
): boolean {
  if (collection === META) return !PASSING_META.test(String(document._id));
  // Answers to operations that changed nothing; a later one speaks of stock that this backup does not have.
  if (collection === OUTCOMES) return Number(document.position) <= position;
  return true;
}
