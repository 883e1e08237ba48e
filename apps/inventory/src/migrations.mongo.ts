import type { Migration } from '@app/common';

/** What brings a database of an older Stockwire to this one's layout, each from the version before; the last one is for `SCHEMA`. */
export const MIGRATIONS: readonly Migration[] = [];
