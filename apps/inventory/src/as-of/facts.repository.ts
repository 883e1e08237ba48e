import type { Fact, Sums } from './checkpoint';

/** The events of one item, found by its own index. Every read is a majority read. */
export abstract class FactsRepository {
  abstract last(itemId: string): Promise<Pick<Fact, 'seq' | 'at' | 'position'> | undefined>;
  /** When the events with these numbers were recorded. */
  abstract recordedAt(itemId: string, seqs: readonly number[]): Promise<Map<number, string>>;
  /** In order of seq; `after` exclusive, `upTo` inclusive. */
  abstract range(itemId: string, after: number, upTo: number): Promise<Fact[]>;
  /** Those of a range that were recorded at another time than they happened, in order of the time they happened. */
  abstract offTime(itemId: string, after: number, upTo: number): AsyncIterable<Fact>;
  /** All changes up to a number, of those the ones that had happened by a time; bounded in time. */
  abstract sums(itemId: string, upTo: number, time?: string): Promise<Sums>;
}
