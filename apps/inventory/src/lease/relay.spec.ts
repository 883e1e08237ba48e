import { createLog, QuickSocket } from '@app/common';
import { ledger, type Packet } from '@app/contracts';
import { createServer, type AddressInfo, type Server } from 'node:net';
import type { LeaseService } from './lease.service';
import { RelayService } from './relay.service';

/** The one that writes: it takes its time. */
const TAKES_MS = 400;

let writer: Server;
let relay: RelayService;

beforeEach(async () => {
  writer = createServer((raw) => {
    const socket = new QuickSocket(raw);
    socket.on('message', ({ id }: { id: string }) =>
      setTimeout(() => socket.sendMessage({ id, response: { ok: 'done' }, isDisposed: true }), TAKES_MS),
    );
  });
  await new Promise<void>((resolve) => writer.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(writer.address() as AddressInfo).port}`;
  const lease = { writer: address, onMove: () => () => true } as unknown as LeaseService;
  relay = new RelayService(lease, { token: 't', log: createLog('test', 'silent') });
});

afterEach(async () => {
  relay.stop();
  await new Promise((resolve) => writer.close(resolve));
});

const packet = (waitMs?: number): Packet => ({ token: 't', requestId: 'r', body: {}, ...(waitMs && { waitMs }) });

it('what is passed on is waited for as long as its caller waits', async () => {
  const { pattern } = ledger.rebuild;
  expect(await relay.pass(pattern, packet())).toMatchObject({ ok: 'done' });
  await expect(relay.pass(pattern, packet(TAKES_MS / 4))).rejects.toMatchObject({ code: 'timeout' });
  expect(await relay.pass(pattern, packet(60_000))).toMatchObject({ ok: 'done' });
});
