import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LedgerEvent } from '@app/contracts';
import { Server } from 'socket.io';
import { io, type Socket as ClientSocket } from 'socket.io-client';
import { noteText } from '../feed/texts';
import { until } from '../../../../test/support/sockets';
import { Backlog, Outbox } from './outbox';
import { Packets } from './packets';
import type { PushServer, PushSocket } from './sockets';
import { Wire } from './wire';

interface Pair {
  socket: PushSocket;
  wire: Wire;
  outbox: Outbox;
  backlog: Backlog;
  client: ClientSocket;
  /** What came, in order: the activity of a presence. */
  came: string[];
  /** Messages of WebSocket that they came in, as text. */
  raw: string[];
}

const http = createServer();
const server: PushServer = new Server(http, { transports: ['websocket'], perMessageDeflate: false });
let pair: Pair;

beforeAll(async () => {
  await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
});
beforeEach(async () => {
  const { port } = http.address() as AddressInfo;
  const connected = new Promise<PushSocket>((resolve) => server.once('connection', resolve));
  const client: ClientSocket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], auth: { token: 'secret' } });
  const [came, raw]: [string[], string[]] = [[], []];
  client.on('presence', ({ room }) => came.push(room));
  client.on('alert', ({ name }) => came.push(name));
  client.io.engine.on('packet', ({ data }) => raw.push(String(data)));
  const socket = await connected;
  const wire = new Wire(socket);
  const backlog = new Backlog();
  const outbox = new Outbox(wire, backlog, () => undefined);
  await until(() => client.connected);
  pair = { socket, wire, outbox, backlog, client, came, raw };
});
afterEach(() => void pair.client.disconnect());
afterAll(() => server.close());

function presence(room: string): Packets {
  return Packets.of('presence', { room, members: [] });
}

describe('what is written to the connection', () => {
  it.each([125, 126, 65_535, 65_536, 200_000])('comes whole, in a frame of %i bytes', async (bytes) => {
    const least = presence('é').texts.reduce((sum, text) => sum + Buffer.byteLength(`4${text}`), 0);
    const room = `é${'x'.repeat(bytes - least)}`;
    pair.outbox.send(presence(room));
    await until(() => pair.came.length > 0);
    expect(pair.came).toEqual([room]);
  });

  it('is what Socket.IO itself would have written', async () => {
    const message = { room: 'items' as const, members: [{ name: 'Ana "A" Ω', activity: 'counts', since: '2026' }] };
    pair.socket.emit('presence', message);
    pair.outbox.send(Packets.of('presence', message));
    await until(() => pair.came.length === 2);
    const [theirs, ours] = pair.raw.slice(-2);
    expect(ours).toBe(theirs);
  });

  it('is the event as the ledger wrote it, with its room', async () => {
    const event = { position: 7, itemId: 'x', name: 'Ω' } as LedgerEvent;
    noteText(event, '{"position":7,"itemId":"x","name":"Ω"}');
    const got: unknown[] = [];
    pair.client.on('event', (one) => got.push(one));
    pair.client.on('events', (some) => got.push(some));
    pair.outbox.send(Packets.each('items', [event, event]));
    pair.outbox.send(Packets.batch('category:"B"', [event, event]));
    await until(() => got.length === 3);
    const single = { ...event, room: 'items' };
    expect(got).toEqual([single, single, { room: 'category:"B"', events: [event, event] }]);
  });

  it('comes in order with what goes through Socket.IO, also when that has to wait', async () => {
    const { socket, outbox } = pair;
    const expected: string[] = [];
    for (let turn = 0; turn < 20; turn++) {
      for (let one = 0; one < 10; one++) {
        const name = `${turn} ${one}`;
        expected.push(name);
        if (one % 3 === 0) socket.emit('presence', { room: name, members: [] });
        else outbox.send(presence(name));
      }
      if (turn % 2 === 0) await sleep(1);
    }
    await until(() => pair.came.length === expected.length);
    expect(pair.came).toEqual(expected);
  });
});

describe('what waits', () => {
  it('is counted until the client takes it, whichever way it went', async () => {
    const { socket, outbox, backlog, client } = pair;
    const tcp = Reflect.get(Reflect.get(client.io.engine.transport, 'ws') as object, '_socket') as {
      pause(): void;
      resume(): void;
    };
    tcp.pause();
    const big = 'x'.repeat(50_000);
    for (let sent = 0; sent < 8_000_000; sent += 100_000) {
      outbox.send(presence(big));
      socket.emit('presence', { room: big, members: [] });
      await sleep(1);
    }
    expect(outbox.pending).toBeGreaterThan(1_000_000);
    expect(outbox.pending).toBeLessThan(9_000_000);
    expect(backlog.bytes).toBe(outbox.pending);
    await sleep(50);
    expect(outbox.stuckFor(Date.now())).toBeGreaterThan(30);
    tcp.resume();
    await until(() => pair.came.length === 160);
    await until(() => outbox.pending === 0);
    expect(backlog.bytes).toBe(0);
    expect(outbox.stuckFor(Date.now())).toBe(0);
  });

  it('is nothing when the kernel took it', () => {
    pair.outbox.send(presence('a'));
    expect(pair.outbox.pending).toBe(0);
  });
});

describe('the connection', () => {
  it('keeps neither the request nor the token', () => {
    expect(pair.socket.conn.request).toBeNull();
    expect(JSON.stringify(pair.socket.handshake)).not.toContain('secret');
  });

  it('answers a ping of the WebSocket', async () => {
    const heard = new Promise<string>((resolve) => pair.wire.onPong(() => resolve('pong')));
    pair.wire.ping();
    await expect(heard).resolves.toBe('pong');
  });

  it('is not written to once it closes', async () => {
    expect(pair.wire.open).toBe(true);
    pair.socket.conn.close();
    expect(pair.wire.open).toBe(false);
    pair.outbox.send(presence('late'));
    await until(() => !pair.client.connected);
    expect(pair.came).toEqual([]);
  });
});
