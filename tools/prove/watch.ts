import { setTimeout as sleep } from 'node:timers/promises';
import type { EventPage, ItemPage, LedgerEvent } from '@app/contracts';
import type { Api } from '../demo/api';
import { LiveFeed } from '../demo/live';
import { factOf, type Fact, type Followed } from './evidence';

/** Somebody who follows the ledger from outside, whatever is killed meanwhile. */
export interface Watcher {
  /** Where it is. */
  readonly position: number;
  followed(): Followed;
  /** What it noticed by itself: a resumption at another place, an answer that is no event page. */
  readonly faults: readonly string[];
  stop(): Promise<void>;
}

function note(followed: Followed, event: LedgerEvent): void {
  followed.positions.push(event.position);
  followed.digests.push(factOf(event).digest);
}

/** A socket in the room of everything, resuming with its cursor. */
export async function watchSocket(url: string, api: Api): Promise<Watcher> {
  const followed: Followed = { name: 'socket', from: 0, positions: [], digests: [] };
  const feed = new LiveFeed(
    url,
    () => api.accessToken,
    (event) => note(followed, event),
  );
  await feed.start();
  followed.from = feed.from?.position ?? 0;
  return {
    get position() {
      return feed.position;
    },
    faults: feed.faults,
    followed: () => followed,
    stop: () => Promise.resolve(feed.stop()),
  };
}

/** `GET /events` with its long poll. */
export async function watchPolls(api: Api): Promise<Watcher> {
  const first = (await api.patiently<EventPage>({ path: '/events?limit=1' })).body;
  const followed: Followed = { name: 'GET /events', from: first.head, positions: [], digests: [] };
  const faults: string[] = [];
  let position = first.head;
  let stopping = false;
  const follow = async (): Promise<void> => {
    while (!stopping) {
      const path = `/events?after=${position}&epoch=${first.epoch}&limit=1000&wait=2`;
      const reply = await api.send<EventPage>({ path }, 10_000).catch(() => undefined);
      if (reply?.status === 200) {
        reply.body.events.forEach((event) => note(followed, event));
        position = reply.body.position;
      } else {
        // 5xx while something is being killed is no fault; being told that the place is not known is.
        if (reply && reply.status < 500)
          faults.push(`GET ${path} answered ${reply.status} ${JSON.stringify(reply.body)}`);
        await sleep(100);
      }
    }
  };
  const following = follow();
  return {
    get position() {
      return position;
    },
    faults,
    followed: () => followed,
    stop: async () => {
      stopping = true;
      await following;
    },
  };
}

/** The whole ledger, from its first event. */
export async function readLedger(api: Api): Promise<Fact[]> {
  const facts: Fact[] = [];
  for (let position = 0; ;) {
    const page = (await api.patiently<EventPage>({ path: `/events?after=${position}&limit=1000` })).body;
    for (const event of page.events) facts.push(factOf(event));
    if (page.position >= page.head) return facts;
    position = page.position;
  }
}

export async function readQuantities(api: Api): Promise<Map<string, number>> {
  const quantities = new Map<string, number>();
  for (let cursor: string | null = ''; cursor !== null;) {
    const path: string = `/items?limit=200&sort=createdAt${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const { data, page }: ItemPage = (await api.patiently<ItemPage>({ path })).body;
    for (const { id, quantity } of data) quantities.set(id, quantity);
    cursor = page.nextCursor;
  }
  return quantities;
}
