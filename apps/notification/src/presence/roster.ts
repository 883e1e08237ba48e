import type { Member } from '@app/contracts';

/** Somebody in a room, as the process knows it that the socket is connected to. */
export interface Entry extends Member {
  room: string;
  /** Of the socket. */
  id: string;
}

/** Who is in which room, of this process and of each of its peers. */
export class Roster {
  /** By room, then by process and socket. */
  private readonly rooms = new Map<string, Map<string, { from: string; entry: Entry }>>();

  /** Everybody in a room, who came first before the others; a socket has one entry. */
  members(room: string): Member[] {
    const entries = [...(this.rooms.get(room)?.values() ?? [])].map(({ entry }) => entry);
    entries.sort((one, other) => compare(one.since, other.since) || compare(one.name, other.name));
    return entries.map(({ name, activity, since }) => ({ name, activity, since }));
  }

  size(room: string): number {
    return this.rooms.get(room)?.size ?? 0;
  }

  get(from: string, room: string, id: string): Entry | undefined {
    return this.rooms.get(room)?.get(`${from} ${id}`)?.entry;
  }

  set(from: string, entry: Entry): void {
    const room = this.rooms.get(entry.room) ?? new Map<string, { from: string; entry: Entry }>();
    this.rooms.set(entry.room, room);
    room.set(`${from} ${entry.id}`, { from, entry });
  }

  /** False when there was no such entry. */
  remove(from: string, room: string, id: string): boolean {
    const members = this.rooms.get(room);
    const removed = members?.delete(`${from} ${id}`) ?? false;
    if (members?.size === 0) this.rooms.delete(room);
    return removed;
  }

  /** All entries of a process. */
  of(from: string): Entry[] {
    return [...this.rooms.values()].flatMap((members) =>
      [...members.values()].flatMap((known) => (known.from === from ? known.entry : [])),
    );
  }

  /** What a process says is all there is of it; returns the rooms in which that changes something. */
  replace(from: string, entries: readonly Entry[]): Set<string> {
    const former = this.of(from);
    for (const { room, id } of former) this.remove(from, room, id);
    for (const entry of entries) this.set(from, entry);
    return new Set([...former, ...entries].map(({ room }) => room));
  }
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
