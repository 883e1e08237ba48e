import { Peers, type News } from './peers';
import { Roster, type Entry } from './roster';

const entry = (room: string, id: string, since: string, activity = 'counting'): Entry => ({
  room,
  id,
  name: id,
  activity,
  since,
});

describe('a peer', () => {
  const alive = (change: number): News & { kind: 'alive' } => ({ kind: 'alive', from: 'p', change });
  const gone = (change: number): News & { kind: 'gone' } => ({
    kind: 'gone',
    from: 'p',
    change,
    room: 'items',
    id: 's',
  });
  const all = (change: number): News & { kind: 'all' } => ({ kind: 'all', from: 'p', change, entries: [] });

  it('that is new, or of which a change was missed, is believed again only when it has told all', () => {
    const peers = new Peers(6_000);
    expect(peers.follows(alive(5), 0)).toBe(false);
    expect(peers.follows(gone(6), 0)).toBe(false);
    expect(peers.follows(all(6), 0)).toBe(true);
    expect(peers.follows(alive(6), 0)).toBe(true);
    expect(peers.follows(gone(7), 0)).toBe(true);
    expect(peers.follows(alive(8), 0)).toBe(false);
    expect(peers.follows(gone(9), 0)).toBe(false);
    expect(peers.follows(all(9), 0)).toBe(true);
  });

  it('that is not heard of any more is forgotten, once', () => {
    const peers = new Peers(6_000);
    peers.follows(all(0), 1_000);
    expect(peers.silent(7_000)).toEqual([]);
    expect(peers.silent(7_001)).toEqual(['p']);
    expect(peers.silent(9_000)).toEqual([]);
  });
});

describe('the roster', () => {
  it('shows who came first before the others, a socket once, from every process', () => {
    const roster = new Roster();
    roster.set('here', entry('items', 's1', '2026-01-01T00:00:02Z'));
    roster.set('there', entry('items', 's1', '2026-01-01T00:00:01Z', 'packing'));
    roster.set('here', entry('items', 's1', '2026-01-01T00:00:03Z', 'looking'));
    expect(roster.members('items').map(({ activity }) => activity)).toEqual(['packing', 'looking']);
    expect(roster.members('items')[0]).toEqual({ name: 's1', activity: 'packing', since: '2026-01-01T00:00:01Z' });
    expect(roster.members('alerts')).toEqual([]);
  });

  it('takes what a process says of all its own in place of what it said before, and tells which rooms that concerns', () => {
    const roster = new Roster();
    roster.set('here', entry('items', 's1', '1'));
    roster.set('there', entry('items', 's2', '2'));
    roster.set('there', entry('alerts', 's2', '2'));
    const rooms = roster.replace('there', [entry('location:shop', 's3', '3')]);
    expect([...rooms].toSorted()).toEqual(['alerts', 'items', 'location:shop']);
    expect(['items', 'alerts', 'location:shop'].map((room) => roster.size(room))).toEqual([1, 0, 1]);
    expect(roster.remove('there', 'location:shop', 's3')).toBe(true);
    expect(roster.remove('there', 'location:shop', 's3')).toBe(false);
  });
});
