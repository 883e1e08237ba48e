import type { Packets } from './packets';

/** A socket that gets a room's events live. */
export interface Listener {
  readonly id: string;
  give(packets: Packets): void;
}

/** Who gets a room's events live: one by one, or those of a moment in one message. */
export interface Audience {
  readonly single: ReadonlySet<Listener>;
  readonly batch: ReadonlySet<Listener>;
}

interface Sets extends Audience {
  readonly single: Set<Listener>;
  readonly batch: Set<Listener>;
}

/** The rooms that somebody listens to live. */
export class Audiences {
  private readonly rooms = new Map<string, Sets>();

  join(room: string, batch: boolean, listener: Listener): void {
    const sets = this.rooms.get(room) ?? { single: new Set(), batch: new Set() };
    this.rooms.set(room, sets);
    (batch ? sets.batch : sets.single).add(listener);
  }

  leave(room: string, listener: Listener): void {
    const sets = this.rooms.get(room);
    if (!sets) return;
    sets.single.delete(listener);
    sets.batch.delete(listener);
    if (sets.single.size + sets.batch.size === 0) this.rooms.delete(room);
  }

  of(room: string): Audience | undefined {
    return this.rooms.get(room);
  }

  /** Everybody in the room, however they want its events. */
  *all(room: string): Generator<Listener> {
    const sets = this.rooms.get(room);
    if (!sets) return;
    yield* sets.single;
    yield* sets.batch;
  }

  /** Rooms that somebody listens to. */
  names(): Iterable<string> {
    return this.rooms.keys();
  }
}
