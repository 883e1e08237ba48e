import type { EventPage, LedgerEvent, MovementResult } from '@app/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { Api } from './support/api';
import { Rest } from './support/rest';
import { until } from './support/sockets';

let rest: Rest;

beforeAll(async () => {
  rest = await Rest.start();
});

afterAll(() => rest?.stack.stop());

/** An SSE client as a browser has it. */
class Stream {
  readonly events: LedgerEvent[] = [];
  readonly resets: unknown[] = [];
  lastEventId = '';
  ended = false;
  private readonly abort = new AbortController();

  static async open(query = '', headers: Record<string, string> = {}): Promise<Stream> {
    const stream = new Stream();
    const response = await fetch(`${rest.stack.gatewayUrl}/api/v1/events/stream${query}`, {
      headers: { ...rest.admin, ...headers },
      signal: stream.abort.signal,
    });
    const type = response.headers.get('content-type');
    if (response.status !== 200 || type !== 'text/event-stream; charset=utf-8')
      throw new Error(`${response.status} ${type}`);
    void stream
      .read(response)
      .catch(() => undefined)
      .finally(() => (stream.ended = true));
    return stream;
  }

  close(): void {
    this.abort.abort();
  }

  private async read({ body }: Response): Promise<void> {
    if (!body) return;
    let text = '';
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      const frames = (text + chunk).split('\n\n');
      text = frames.pop() ?? '';
      for (const frame of frames)
        this.take(new Map(frame.split('\n').map((line) => line.split(/: (.*)/s) as [string, string])));
    }
  }

  private take(fields: Map<string, string>): void {
    this.lastEventId = fields.get('id') ?? this.lastEventId;
    const data = fields.get('data');
    if (data === undefined) return;
    if (fields.get('event') === 'reset') this.resets.push(JSON.parse(data));
    else this.events.push(JSON.parse(data) as LedgerEvent);
  }
}

describe('events', () => {
  it('are read on from any place, whole and filtered', async () => {
    const { id } = await rest.newItem({ quantity: 3 });
    await rest.call('POST', `/items/${id}/movements`, { type: 'issue', quantity: 1, reason: 'sale' });
    const collected: LedgerEvent[] = [];
    for (let after = 0; ;) {
      const { body } = await rest.call<EventPage>('GET', `/events?after=${after}&limit=500`);
      collected.push(...body.events);
      if (body.position === body.head) break;
      after = body.position;
    }
    expect(collected.map(({ position }) => position)).toEqual(collected.map((_, at) => at + 1));
    const own = await rest.call<EventPage>('GET', `/events?itemId=${id}`);
    expect(own.body.events).toEqual(collected.filter(({ itemId }) => itemId === id));
    expect(own.body.events.map(({ type }) => type)).toEqual(['item.created', 'stock.issued']);
    const none = await rest.call<EventPage>('GET', `/events?itemId=${id}&types=item.deleted`);
    expect(none.body).toMatchObject({ events: [], position: collected.length, head: collected.length });
    expect((await rest.call('GET', '/events?types=stock.stolen')).status).toBe(400);
  });

  it('wake who waits for them', async () => {
    const { id, position } = await rest.newItem({ quantity: 3 });
    const waiting = rest.call<EventPage>('GET', `/events?after=${position}&itemId=${id}&wait=20`);
    await sleep(100);
    await rest.newItem();
    const write = await rest.call<MovementResult>('POST', `/items/${id}/movements`, { type: 'issue', quantity: 1 });
    expect((await waiting).body.events).toEqual(write.body.events);
    const began = Date.now();
    expect((await rest.call<EventPage>('GET', `/events?after=${write.body.position}&wait=1`)).body.events).toEqual([]);
    expect(Date.now() - began).toBeGreaterThanOrEqual(950);
  });

  it('arrive on streams without gap or doubling, also across reconnections, while many write', async () => {
    const items = await Promise.all(Array.from({ length: 8 }, () => rest.newItem({ quantity: 1_000_000 })));
    const { head } = (await rest.call<EventPage>('GET', '/events?limit=1')).body;
    const [first, second] = [items[0]?.id ?? '', items[1]?.id ?? ''];
    const whole = await Stream.open(`?after=${head}`);
    const filtered = await Stream.open(`?after=${head}&itemId=${first}&types=stock.issued`);
    const pieces: Stream[] = [];
    let writing = true;
    const reconnecting = (async () => {
      let place = `?after=${head}&itemId=${second}`;
      let lastEventId: Record<string, string> = {};
      for (;;) {
        const stream = await Stream.open(place, lastEventId);
        pieces.push(stream);
        await sleep(40);
        if (!writing) return stream;
        stream.close();
        if (stream.lastEventId) lastEventId = { 'last-event-id': stream.lastEventId };
        place = stream.lastEventId || lastEventId['last-event-id'] ? `?itemId=${second}` : place;
      }
    })();
    await Promise.all(
      items.map(async ({ id }) => {
        for (let at = 0; at < 60; at++)
          await rest.call('POST', `/items/${id}/movements`, { type: 'issue', quantity: 1 });
      }),
    );
    writing = false;
    const end = (await rest.call<EventPage>('GET', '/events?limit=1')).body.head;
    await reconnecting;
    const ofSecond = (): LedgerEvent[] => pieces.flatMap(({ events }) => events);
    await until(
      () => whole.events.at(-1)?.position === end && filtered.events.length === 60 && ofSecond().length >= 60,
    );
    expect(whole.events.map(({ position }) => position)).toEqual(
      Array.from({ length: end - head }, (_, at) => head + 1 + at),
    );
    expect(filtered.events.map(({ seq }) => seq)).toEqual(Array.from({ length: 60 }, (_, at) => at + 2));
    expect(ofSecond().map(({ seq }) => seq)).toEqual(Array.from({ length: 60 }, (_, at) => at + 2));
    expect([whole, filtered, ...pieces].flatMap(({ resets }) => resets)).toEqual([]);
    [whole, filtered, ...pieces].forEach((stream) => stream.close());
  });

  it('of a stream that cannot be continued begin with a reset', async () => {
    const { epoch, head } = (await rest.call<EventPage>('GET', '/events?limit=1')).body;
    for (const id of ['other:3', `${epoch}:${head + 1_000}`, 'nonsense']) {
      const stream = await Stream.open('', { 'last-event-id': id });
      await until(() => stream.resets.length === 1);
      expect(stream.resets).toEqual([{ epoch, position: head }]);
      stream.close();
    }
    expect((await rest.call('GET', '/events/stream?after=x')).status).toBe(400);
    const headOnly = await fetch(`${rest.stack.gatewayUrl}/api/v1/events/stream`, {
      method: 'HEAD',
      headers: rest.admin,
    });
    expect(headOnly.status).toBe(200);
  });

  it('stop when the session ends', async () => {
    const email = 'stream@example.com';
    const password = 'a long enough one';
    const api = new Api(rest.stack.gatewayUrl);
    expect((await rest.api.post('/users', { email, password, role: 'viewer' })).status).toBe(201);
    const { accessToken } = (await api.login(email, password)).body;
    const stream = await Stream.open('', { authorization: `Bearer ${accessToken}` });
    const others = await Stream.open();
    expect((await api.bearer(accessToken).post('/auth/logout')).status).toBe(204);
    await until(() => stream.ended, 3_000);
    expect(others.ended).toBe(false);
    others.close();
  });
});
