import { createHash } from 'node:crypto';

/** The same numbers for the same seed: the hash of the seed and a counter. */
export class Random {
  private count = 0;

  constructor(private readonly seed: number) {}

  /** From 0 to below 1. */
  next(): number {
    const hash = createHash('sha256').update(`${this.seed} ${this.count++}`).digest();
    return hash.readUInt32BE(0) / 2 ** 32;
  }

  whole(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    const found = list[Math.floor(this.next() * list.length)];
    if (found === undefined) throw new Error('nothing to pick from');
    return found;
  }

  shuffled<T>(list: readonly T[]): T[] {
    const rest = [...list];
    for (let index = rest.length - 1; index > 0; index--) {
      const other = this.whole(0, index);
      [rest[index], rest[other]] = [rest[other]!, rest[index]!];
    }
    return rest;
  }
}
