import type { Checkpoint, Run, RunPage } from './checkpoint';

/** What was summed up of the ledger. All of it can be lost: it is made again from there. */
export abstract class CheckpointsRepository {
  /** Creates what is missing. */
  abstract open(): Promise<void>;
  abstract at(itemId: string, block: number): Promise<Checkpoint | undefined>;
  /** The last one up to a block. */
  abstract latest(itemId: string, upTo: number): Promise<Checkpoint | undefined>;
  /** Call it when the pages of all runs that end with their blocks are kept. */
  abstract keep(checkpoints: readonly Checkpoint[]): Promise<void>;
  abstract keepPages(pages: readonly RunPage[]): Promise<void>;
  /** The last page of a run that begins at or before a time. */
  abstract pageAt(itemId: string, run: Run, time: string): Promise<RunPage | undefined>;
  /** Forgets all that was summed up of an item, or of all items. */
  abstract forget(itemId?: string): Promise<void>;
}
