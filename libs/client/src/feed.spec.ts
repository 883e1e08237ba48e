import { Feed, type Change, type Subscriber } from './feed';
import type { Status } from './follower';
import type { Item, StockEvent } from './item';
import type { Cursor, Subscribed } from './messages.socket';

const EPOCH = 'e';
const ITEM = { id: 'a', name: 'Heart', quantity: 5, seq: 3, position: 10, levels: [] as Item['levels'] } as Item;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What the server was asked, and how it answers. */
class Server {
  readonly asked: (Cursor | undefined)[] = [];
  private answer: ((reply: Subscribed) => void) | undefined;

  readonly subscribe = (since: Cursor | undefined, answer: (reply: Subscribed) => void): boolean => {
    this.asked.push(since);
    this.answer = answer;
    return true;
  };

  reply(position: number, more: Partial<Subscribed> = {}): void {
    this.answer?.({ ok: true, room: 'r', epoch: EPOCH, position, ...more });
  }
}

class Listener implements Subscriber {
  readonly told: string[] = [];
  readonly statuses: Status[] = [];
  place: Cursor | undefined;

  constructor(
    readonly snapshot = false,
    place?: Cursor,
  ) {
    this.place = place;
  }

  onChange(change: Change): void {
    const item = change.item === undefined ? '' : ` ${change.item?.quantity ?? 'gone'}`;
    this.told.push(`${change.kind === 'event' ? '' : change.reset ? 'reset ' : 'from '}${change.position}${item}`);
  }

  onStatus(status: Status): void {
    this.statuses.push(status);
  }
}

function at(position: number, epoch = EPOCH): Cursor {
  return { epoch, position };
}

function event(position: number, over: Partial<StockEvent> = {}): StockEvent {
  const figures = { reserved: 0, unavailable: 0, available: position, incoming: 0 };
  return {
    position,
    epoch: EPOCH,
    type: 'stock.issued',
    itemId: 'a',
    name: 'Heart',
    seq: position - 7,
    location: null,
    level: null,
    fields: null,
    after: { quantity: position, ...figures },
    ...over,
  } as StockEvent;
}

function feedOf(room: string): { feed: Feed; server: Server } {
  const server = new Server();
  return { server, feed: new Feed(room, server.subscribe) };
}

describe('a feed', () => {
  it('is one subscription for all who follow the room', async () => {
    const { feed, server } = feedOf('item:a');
    const [first, second] = [new Listener(true), new Listener(true)];
    feed.add(first);
    feed.resume();
    server.reply(10, { snapshot: ITEM });
    feed.take([event(11)]);
    feed.add(second);
    await turn();
    feed.take([event(12)]);
    expect(server.asked).toEqual([undefined]);
    expect(first.told).toEqual(['from 10 5', '11 11', '12 12']);
    expect(second.told).toEqual(['from 11 11', '12 12']);
  });

  it('goes on where it was after a lost connection, and drops what comes again', () => {
    const { feed, server } = feedOf('items');
    const listener = new Listener();
    feed.add(listener);
    feed.resume();
    server.reply(10);
    feed.take([event(11), event(12)]);
    feed.lost('offline');
    feed.resume();
    // Still from the subscription before.
    feed.take([event(13)]);
    server.reply(12);
    feed.take([event(12), event(13), event(14)]);
    expect(server.asked).toEqual([undefined, at(12)]);
    expect(listener.told).toEqual(['from 10', '11', '12', '13', '14']);
    expect(listener.statuses).toEqual(['live', 'offline', 'live']);
  });

  it('goes back as far as a later subscriber asks, without telling the others twice', async () => {
    const { feed, server } = feedOf('items');
    const [first, second] = [new Listener(), new Listener(false, at(8))];
    feed.add(first);
    feed.resume();
    server.reply(10);
    feed.take([event(11)]);
    feed.add(second);
    await turn();
    server.reply(8);
    feed.take([event(9), event(10), event(11), event(12)]);
    expect(server.asked).toEqual([undefined, at(8)]);
    expect(first.told).toEqual(['from 10', '11', '12']);
    expect(second.told).toEqual(['9', '10', '11', '12']);
  });

  it('takes a snapshot for one who needs it without losing an event of those who do not', async () => {
    const { feed, server } = feedOf('item:a');
    const [follower, viewer] = [new Listener(false, at(10)), new Listener(true)];
    feed.add(follower);
    feed.resume();
    server.reply(10);
    feed.add(viewer);
    await turn();
    // Two events later.
    server.reply(12, { snapshot: { ...ITEM, quantity: 12, seq: 5, position: 12 } });
    server.reply(10);
    feed.take([event(11), event(12), event(13)]);
    expect(server.asked).toEqual([at(10), undefined, at(10)]);
    expect(follower.told).toEqual(['11', '12', '13']);
    expect(viewer.told).toEqual(['from 12 12', '13 13']);
  });

  it.each([
    ['items', event(13)],
    ['item:a', event(13)],
  ])('asks again from where something is missing, in %s', (room, late) => {
    const { feed, server } = feedOf(room);
    const listener = new Listener();
    feed.add(listener);
    feed.resume();
    server.reply(10, room === 'items' ? {} : { snapshot: ITEM });
    feed.take([event(11), late]);
    expect(server.asked.at(-1)).toEqual(at(11));
    server.reply(11);
    feed.take([event(12), late]);
    expect(listener.told).toEqual(['from 10', '11', '12', '13']);
  });

  it('notices by the position that the last events are missing', () => {
    const { feed, server } = feedOf('items');
    feed.add(new Listener());
    feed.resume();
    server.reply(10);
    feed.reached(at(12));
    expect(server.asked.at(-1)).toEqual(at(10));
  });

  it('begins again, and says so, when what is missing never comes', () => {
    const { feed, server } = feedOf('items');
    const listener = new Listener();
    feed.add(listener);
    feed.resume();
    server.reply(10);
    for (let attempt = 0; attempt < 3; attempt++) {
      feed.take([event(12)]);
      server.reply(attempt < 2 ? 10 : 12);
    }
    feed.take([event(13)]);
    expect(server.asked).toEqual([undefined, at(10), at(10), undefined]);
    expect(listener.told).toEqual(['from 10', 'reset 12', '13']);
  });

  it('tells everybody of a reset', () => {
    const { feed, server } = feedOf('item:a');
    const listener = new Listener(true);
    feed.add(listener);
    feed.resume();
    server.reply(10, { snapshot: ITEM });
    feed.lost('offline');
    feed.resume();
    server.reply(4, { epoch: 'other', snapshot: { ...ITEM, quantity: 1, seq: 1 }, reset: true });
    feed.take([event(5, { epoch: 'other', seq: 2 })]);
    expect(listener.told).toEqual(['from 10 5', 'reset 4 1', '5 5']);
  });

  it('shows an item that is deleted and comes back', () => {
    const { feed, server } = feedOf('item:a');
    const listener = new Listener(true);
    feed.add(listener);
    feed.resume();
    server.reply(10, { snapshot: ITEM });
    feed.take([event(11, { type: 'item.deleted' }), event(12, { type: 'item.restored' })]);
    expect(server.asked).toEqual([undefined]);
    expect(listener.told).toEqual(['from 10 5', '11 gone', '12 12']);
  });

  it('asks for an item that comes back and was never seen', () => {
    const { feed, server } = feedOf('item:a');
    const listener = new Listener(true, at(3, 'other'));
    feed.add(listener);
    feed.resume();
    server.reply(10, { snapshot: null, reset: true });
    feed.take([event(11, { type: 'item.restored' }), event(12)]);
    server.reply(12, { snapshot: { ...ITEM, quantity: 0, seq: 5 } });
    server.reply(11);
    feed.take([event(12), event(13)]);
    expect(listener.told).toEqual(['reset 10 gone', '11 gone', 'from 12 0', '13 13']);
  });

  it('moves on in a quiet room', () => {
    const { feed, server } = feedOf('item:a');
    const listener = new Listener(true);
    feed.add(listener);
    feed.resume();
    server.reply(10, { snapshot: ITEM });
    feed.reached(at(50));
    feed.lost('offline');
    feed.resume();
    expect(server.asked.at(-1)).toEqual(at(50));
    expect(listener.place).toEqual(at(50));
  });
});
