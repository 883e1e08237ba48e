import { ledger, type LedgerPage, type LedgerRead, type Packet, type Rebuilt } from '@app/contracts';
import { Controller, Logger, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { spawn, type ChildProcess } from 'node:child_process';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from './domain.errors';
import { createLog } from './log';
import { TcpClient, type TcpClientOptions } from './tcp.client';
import { drained, Handle, relayWrites, takeCalls, tcpServer } from './tcp.server';

const log = createLog('spec', 'silent');
const token = 't'.repeat(32);
const page: LedgerPage = { epoch: 'e', position: 1, head: 1, events: [] };
const seen: string[] = [];
const finished: string[] = [];

@Controller()
class Ledger {
  @Handle(ledger.read)
  async read(request: LedgerRead, requestId: string): Promise<LedgerPage> {
    seen.push(requestId);
    if (request.after === 1) throw new DomainError('epoch-changed', 'no', { head: 7 });
    if (request.after === 2) throw new TypeError('secret text');
    await sleep(request.waitMs ?? 0);
    finished.push(requestId);
    return page;
  }

  @Handle(ledger.follow)
  follow(): LedgerPage {
    return page;
  }

  @Handle(ledger.rebuild)
  rebuild(): Rebuilt {
    return rebuilt;
  }
}

const rebuilt: Rebuilt = { position: 9, items: 0, reservations: 0, transfers: 0, expectations: 0 };

@Module({ controllers: [Ledger] })
class App {}

/** A port where nobody listens, on any machine. */
const NOBODY = '127.0.0.1:1';

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  await close(server);
  return port;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** A process that stands still with its queue full: whoever connects hears nothing, as of a machine that is gone. */
async function standstill(): Promise<{ port: number; child: ChildProcess; queued: Socket[] }> {
  const program =
    "const s = require('net').createServer().listen({port: 0, host: '127.0.0.1', backlog: 1}, () => console.log(s.address().port))";
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = Number(await new Promise((resolve) => child.stdout.once('data', resolve)));
  child.kill('SIGSTOP');
  const queued = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  await sleep(200);
  return { port, child, queued };
}

async function serve(port: number): Promise<INestMicroservice> {
  const options = tcpServer({ host: '127.0.0.1', port, token, log });
  const app = await NestFactory.createMicroservice(App, { ...options, logger: false });
  await app.listen();
  return app;
}

describe('a call over TCP', () => {
  const options = { requestId: 'r1' };
  const clients: TcpClient[] = [];
  let app: INestMicroservice;
  let port: number;

  beforeAll(async () => {
    port = await freePort();
    app = await serve(port);
  });

  afterEach(() => clients.splice(0).forEach((client) => client.close()));
  afterAll(() => app.close());

  function client(more: Partial<TcpClientOptions> = {}): TcpClient {
    const made = new TcpClient({ addresses: [`127.0.0.1:${port}`], token, log, maxInFlight: 10, ...more });
    clients.push(made);
    return made;
  }

  it('comes back with its answer, and carries the request id', async () => {
    expect(await client().call(ledger.read, {}, options)).toEqual(page);
    expect(seen).toContain('r1');
  });

  it('fails as the other side failed, but never with the text of a bug', async () => {
    const refused = client().call(ledger.read, { after: 1 }, options);
    await expect(refused).rejects.toMatchObject({ code: 'epoch-changed', detail: 'no', extra: { head: 7 } });
    const broken = client().call(ledger.read, { after: 2 }, options);
    await expect(broken).rejects.toMatchObject({ code: 'internal', detail: expect.not.stringContaining('secret') });
  });

  it('needs the token', async () => {
    await expect(client({ token: 'x'.repeat(32) }).call(ledger.read, {}, options)).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });

  it('is given up after its deadline', async () => {
    const slow = client().call(ledger.read, { waitMs: 500 }, { ...options, deadlineMs: 50 });
    await expect(slow).rejects.toMatchObject({ code: 'timeout' });
  });

  it('leaves nothing behind once it is answered', async () => {
    const made = client();
    for (let count = 0; count < 10; count++) await made.call(ledger.read, {}, options);
    const kept: unknown = Reflect.get(Reflect.get(made, 'any').connection as object, 'routingMap');
    expect(kept).toEqual(new Map());
  });

  it('is refused at once beyond the cap', async () => {
    const capped = client({ maxInFlight: 1 });
    const first = capped.call(ledger.read, { waitMs: 100 }, options);
    await expect(capped.call(ledger.read, {}, options)).rejects.toMatchObject({ code: 'overloaded' });
    await first;
    expect(capped.inFlight).toBe(0);
  });

  it('is unavailable within 2 s when nobody listens', async () => {
    const begun = Date.now();
    const nobody = client({ addresses: [NOBODY] });
    await expect(nobody.call(ledger.read, {}, options)).rejects.toMatchObject({
      code: 'unavailable',
      extra: { retryAfter: 1 },
    });
    expect(Date.now() - begun).toBeLessThan(2_000);
  });

  it('goes on to the next address when one is lost, and sends again', async () => {
    const caller = client({ addresses: [NOBODY, `127.0.0.1:${port}`] });
    expect(await caller.call(ledger.read, {}, options)).toEqual(page);
  });

  it('is unavailable within 2 s when a machine is gone without a word, and goes on to another one', async () => {
    const gone = await standstill();
    try {
      const addresses = [`127.0.0.1:${gone.port}`];
      const begun = Date.now();
      await expect(client({ addresses }).call(ledger.read, {}, options)).rejects.toMatchObject({ code: 'unavailable' });
      expect(Date.now() - begun).toBeLessThan(2_000);
      const callers = Array.from({ length: 6 }, () => client({ addresses: [...addresses, `127.0.0.1:${port}`] }));
      expect(await Promise.all(callers.map((caller) => caller.call(ledger.read, {}, options)))).toEqual(
        callers.map(() => page),
      );
    } finally {
      gone.queued.forEach((socket) => socket.destroy());
      gone.child.kill('SIGKILL');
    }
  });

  it('does not know the outcome when the connection breaks for good', async () => {
    const server = createServer((socket) => socket.once('data', () => socket.destroy()));
    const broken = await listening(server);
    const lost = client({ addresses: [`127.0.0.1:${broken}`] }).call(ledger.read, {}, options);
    await expect(lost).rejects.toMatchObject({ code: 'timeout' });
    await close(server);
  });

  it('goes elsewhere while the one asked takes no calls, and is unavailable when nobody does', async () => {
    takeCalls(false);
    try {
      const caller = client();
      const begun = Date.now();
      await expect(caller.call(ledger.read, {}, options)).rejects.toMatchObject({ code: 'unavailable' });
      expect(Date.now() - begun).toBeLessThan(2_000);
      setTimeout(() => takeCalls(true), 100);
      expect(await caller.call(ledger.read, {}, options)).toEqual(page);
    } finally {
      takeCalls(true);
    }
  });

  it('goes on elsewhere when the peer falls silent without a word', async () => {
    const mute = createServer();
    const silent = await listening(mute);
    const sockets: Socket[] = [];
    mute.on('connection', (socket) => sockets.push(socket));
    const asked = ['a', 'b', 'c', 'd'].map(() =>
      client({ addresses: [`127.0.0.1:${silent}`, `127.0.0.1:${port}`] }).call(ledger.read, {}, options),
    );
    expect(await Promise.all(asked)).toEqual([page, page, page, page]);
    sockets.forEach((socket) => socket.destroy());
    await close(mute);
  });

  it('that is tried again and again leaves a peer that answers none of them', async () => {
    const mute = createServer();
    const silent = await listening(mute);
    const sockets: Socket[] = [];
    mute.on('connection', (socket) => sockets.push(socket));
    // A poll gives up before its connection would; those of a follower follow each other.
    const poll = async (): Promise<number> => {
      const caller = client({ addresses: [`127.0.0.1:${silent}`, `127.0.0.1:${port}`] });
      for (let tries = 1; tries <= 8; tries++) {
        const got = await caller.call(ledger.read, {}, { ...options, deadlineMs: 1_000 }).catch(() => undefined);
        if (got) return tries;
      }
      return Number.POSITIVE_INFINITY;
    };
    expect(Math.max(...(await Promise.all([poll(), poll(), poll(), poll()])))).toBeLessThan(8);
    sockets.forEach((socket) => socket.destroy());
    await close(mute);
  });

  it('that writes is passed on by the one asked, and the next one goes straight to whom the reply has named', async () => {
    const passed: Packet[] = [];
    relayWrites({
      writer: `127.0.0.1:${port}`,
      pass: (_, packet) => {
        passed.push(packet);
        return Promise.resolve({ ok: { epoch: 'e', position: passed.length }, writer: `127.0.0.1:${port}` });
      },
    });
    const caller = client();
    expect(await caller.call(ledger.rebuild, {}, options)).toMatchObject({ position: 1 });
    expect(Reflect.get(caller, 'writer')).toMatchObject({ address: `127.0.0.1:${port}` });
    expect(await caller.call(ledger.read, {}, options)).toEqual(page);
    expect(passed).toHaveLength(1);
    expect(await caller.call(ledger.follow, {}, { ...options, deadlineMs: 60_000 })).toMatchObject({ position: 2 });
    // How long the caller waits is known to whoever passes it on.
    expect(passed.map(({ waitMs }) => waitMs)).toEqual([undefined, 60_000]);
    relayWrites({ writer: undefined, pass: () => Promise.resolve(undefined) });
    expect(await caller.call(ledger.rebuild, {}, options)).toEqual(rebuilt);
  });

  it.each([
    ['breaks off', (socket: Socket) => socket.resetAndDestroy(), 'debug'],
    ['brings no message', (socket: Socket) => socket.end('5#{"a":'), 'error'],
  ] as const)('whose connection %s is told of as what it is', async (_, spoil, level) => {
    const debug = jest.spyOn(log, 'debug');
    const error = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    const socket = connect(port, '127.0.0.1');
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
    spoil(socket);
    while (debug.mock.calls.length + error.mock.calls.length === 0) await sleep(5);
    expect([debug.mock.calls.length, error.mock.calls.length]).toEqual(level === 'debug' ? [1, 0] : [0, 1]);
    expect(JSON.stringify(error.mock.calls)).not.toContain('{\\"a');
    jest.restoreAllMocks();
  });

  it('is waited for when the server drains', async () => {
    const caller = client();
    await caller.call(ledger.read, {}, options);
    const slow = caller.call(ledger.read, { waitMs: 150 }, { requestId: 'slow' });
    while (!seen.includes('slow')) await sleep(1);
    expect(finished).not.toContain('slow');
    await drained(20_000);
    expect(finished).toContain('slow');
    await slow;
  });
});
