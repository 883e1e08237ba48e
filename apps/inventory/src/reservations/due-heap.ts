/** Something that is to be done at a time (RFC 3339, UTC, with milliseconds: such texts sort as the times do). */
export interface Due {
  at: string;
}

/** What is due first, first: a binary heap. */
export class DueHeap<Entry extends Due> {
  private entries: Entry[] = [];

  get size(): number {
    return this.entries.length;
  }

  get first(): Entry | undefined {
    return this.entries[0];
  }

  push(entry: Entry): void {
    let at = this.entries.push(entry) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.isBefore(at, above)) return;
      this.swap(at, above);
      at = above;
    }
  }

  pop(): Entry | undefined {
    const [first] = this.entries;
    const last = this.entries.pop();
    if (last && this.entries.length > 0) {
      this.entries[0] = last;
      this.sink();
    }
    return first;
  }

  clear(): void {
    this.entries = [];
  }

  private sink(): void {
    for (let at = 0; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = this.isBefore(left, at) ? left : at;
      if (this.isBefore(right, least)) least = right;
      if (least === at) return;
      this.swap(at, least);
      at = least;
    }
  }

  private isBefore(one: number, other: number): boolean {
    const [a, b] = [this.entries[one], this.entries[other]];
    return a !== undefined && b !== undefined && a.at < b.at;
  }

  private swap(one: number, other: number): void {
    const [a, b] = [this.entries[one], this.entries[other]];
    if (!a || !b) return;
    this.entries[one] = b;
    this.entries[other] = a;
  }
}
