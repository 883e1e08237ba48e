import type { Item } from '@app/contracts';
import type { RoomLog, Stretch } from './log';
import type { Slice, Truth } from './truth';

export interface Bounds {
  /** Events of a room that may have been missed before a `reset` is allowed. */
  replayEvents: number;
}

/** What one log has that the ledger does not bear out; undefined when it is the ledger's slice of the room exactly. */
export function judge(log: RoomLog, truth: Truth, bounds: Bounds): string | undefined {
  for (const [index, stretch] of log.stretches.entries()) {
    const fault =
      judgeReset(log, stretch, truth, bounds) ??
      judgeSnapshot(log, stretch, truth) ??
      judgeStretch(log, stretch, truth);
    if (fault !== undefined) return `${log.name}, stretch ${index + 1} after ${stretch.from}: ${fault}`;
  }
  return log.stretches.length > 0 ? undefined : `${log.name}: was never subscribed`;
}

function judgeReset(log: RoomLog, { since, from }: Stretch, truth: Truth, bounds: Bounds): string | undefined {
  if (since === undefined) return undefined;
  const { positions } = truth.slice(log.room);
  const missed = positions.filter((position) => position > since && position <= from).length;
  return missed > bounds.replayEvents ? undefined : `a reset after ${since}, where only ${missed} events were missed`;
}

/** The first difference between what came and what the ledger has, named by what is wrong with it. */
function judgeStretch({ room }: RoomLog, stretch: Stretch, truth: Truth): string | undefined {
  const { from, to = truth.head, positions, digests } = stretch;
  const wanted = between(truth.slice(room), from, to);
  for (let index = 0; index < Math.max(positions.length, wanted.positions.length); index++) {
    const [came, due] = [positions[index], wanted.positions[index]];
    if (came === due && digests[index] === wanted.digests[index]) continue;
    return differs(positions, index, due);
  }
  return undefined;
}

function differs(positions: readonly number[], index: number, due: number | undefined): string {
  const came = positions[index];
  if (came === due) return `position ${due} is another event than in the ledger`;
  if (came === undefined) return `nothing came after ${positions[index - 1] ?? 'the beginning'}, ${due} was due`;
  const earlier = positions.indexOf(came);
  if (earlier < index) return `${came} came twice`;
  if (due === undefined) return `${came} came, which is not in the ledger's slice`;
  return positions.includes(due) ? `${came} came before ${due}` : `${due} never came, after it came ${came}`;
}

function between({ positions, digests }: Slice, from: number, to: number): Slice {
  const first = positions.findIndex((position) => position > from);
  if (first === -1) return { positions: [], digests: [] };
  const beyond = positions.findIndex((position) => position > to);
  const end = beyond === -1 ? positions.length : beyond;
  return { positions: positions.slice(first, end), digests: digests.slice(first, end) };
}

/** A snapshot shows exactly what the events up to its position make. */
function judgeSnapshot({ room }: RoomLog, { snapshot, from }: Stretch, truth: Truth): string | undefined {
  if (room === 'alerts') {
    if (!Array.isArray(snapshot)) return 'no list of what is low';
    const [shown, wanted] = [snapshot.map(({ id }) => id).sort(), truth.lowAt(from)];
    return shown.join() === wanted.join() ? undefined : `low are ${shown.join()}, by the ledger ${wanted.join()}`;
  }
  if (!room.startsWith('item:')) return snapshot === undefined ? undefined : 'a snapshot where there is none';
  const item = snapshot as Item | null | undefined;
  const last = truth.lastOf(room.slice('item:'.length), from);
  const [shown, wanted] = [
    figures(item),
    last?.type === 'item.deleted' ? 'nothing' : figures(last && { ...last, ...last.after }),
  ];
  return shown === wanted ? undefined : `the snapshot shows ${shown}, by the ledger ${wanted}`;
}

type Figures = Pick<Item, 'seq' | 'quantity' | 'available' | 'incoming'>;

function figures(shown: Figures | null | undefined): string {
  return shown ? `seq ${shown.seq}, ${shown.quantity}, ${shown.available}, ${shown.incoming}` : 'nothing';
}
