import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NotificationConfig } from '../notification.config';
import { Names } from './names.service';
import { Sender } from './sender.service';

/** Where the name leads to: at the check it was somewhere else. */
const addresses = [{ address: '127.0.0.1', family: 4 }];

const names = Object.assign(new Names(), { addresses: () => Promise.resolve(addresses) });

const message = { id: 'hook_e_1', type: 'stock.issued', position: 1, body: '{"name":"Café"}' };
let server: Server;
let listener: RequestListener;
const senders: Sender[] = [];

beforeAll(async () => {
  server = createServer((request, response) => listener(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  senders.forEach((sender) => sender.onApplicationShutdown());
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function sender(webhookAllowPrivate: boolean, webhookTimeoutMs = 20_000): Sender {
  const made = new Sender(Object.assign(new NotificationConfig(), { webhookAllowPrivate, webhookTimeoutMs }), names);
  senders.push(made);
  return made;
}

function send(from: Sender, host = 'rebound.example'): ReturnType<Sender['send']> {
  const url = `http://${host}:${(server.address() as AddressInfo).port}/hook`;
  return from.send({ url, secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], message });
}

describe('the sender', () => {
  it('does not connect where a name leads inside, though it was public when it was checked', async () => {
    listener = jest.fn();
    addresses.unshift({ address: '93.184.216.34', family: 4 });
    const outcome = await send(sender(false));
    addresses.shift();
    expect(outcome).toMatchObject({ ok: false, statusCode: null });
    expect(outcome.error).toBe('rebound.example leads to the private address 127.0.0.1');
    expect(listener).not.toHaveBeenCalled();
  });

  it('sends where it may, with all the headers, and keeps the connection', async () => {
    const ports = new Set<unknown>();
    let [headers, body] = [{}, ''];
    listener = (request, response) => {
      ports.add(request.socket.remotePort);
      ({ headers } = request);
      body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString())).on('end', () => response.end('{}'));
    };
    const from = sender(true);
    for (let count = 0; count < 3; count++) expect(await send(from)).toMatchObject({ ok: true, statusCode: 200 });
    expect(ports.size).toBe(1);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(message.body)),
      'webhook-id': message.id,
      'webhook-timestamp': expect.stringMatching(/^\d{10}$/),
      'webhook-signature': expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
    });
    expect(body).toBe(message.body);
  });

  it('sends once more when a kept connection was closed under it', async () => {
    const from = sender(true);
    listener = (_, response) => void response.end();
    expect((await send(from)).ok).toBe(true);
    let calls = 0;
    listener = (request, response) => {
      if (++calls === 1) request.socket.resetAndDestroy();
      else response.end();
    };
    expect(await send(from)).toMatchObject({ ok: true });
    expect(calls).toBe(2);
  });

  it.each([
    [
      'turns to another protocol',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
      'answered 101',
    ],
    ['says nothing that is HTTP', 'hello\r\n\r\n', 'Parse Error: Expected HTTP/'],
    ['ends without a word', '', 'socket hang up'],
  ])('has an outcome where the other side %s', async (_, words, error) => {
    listener = ({ socket }) => void socket.end(words);
    expect(await send(sender(true))).toMatchObject({ ok: false, error: expect.stringContaining(error) });
  });

  it('gives up a silent one, and reads of an answer only its head', async () => {
    listener = () => undefined;
    expect(await send(sender(true, 300))).toMatchObject({ ok: false, error: 'there was no answer in time' });
    listener = (_, response) => void response.writeHead(200, { 'content-length': '1000000000' }).write('x');
    expect(await send(sender(true))).toMatchObject({ ok: true, statusCode: 200 });
    listener = (_, response) => void response.writeHead(503, { 'retry-after': '7' }).end();
    expect(await send(sender(true))).toMatchObject({ ok: false, error: 'answered 503', retryAfterMs: 7_000 });
  });
});
