import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Names } from './names.service';

const NO_SUCH_NAME = 0x8183;
const ANSWERED = 0x8180;
const IPV4 = 1;

/** Says nothing of `silent…`, knows `shop.example`, of `half.example` no IPv6 address, and of nothing else that it exists. */
function answerTo(question: Buffer): Buffer | undefined {
  const name = question.subarray(13, 13 + (question[12] ?? 0)).toString();
  if (name.startsWith('silent')) return undefined;
  const asked = question.subarray(12, question.indexOf(0, 12) + 5);
  const isIpv4 = asked.readUInt16BE(asked.length - 4) === IPV4;
  if (name === 'half' && !isIpv4) return undefined;
  const known = name === 'shop' || name === 'half';
  const found = known && isIpv4;
  const head = Buffer.from([...question.subarray(0, 2), 0, 0, 0, 1, 0, found ? 1 : 0, 0, 0, 0, 0]);
  head.writeUInt16BE(known ? ANSWERED : NO_SUCH_NAME, 2);
  const record = Buffer.from([0xc0, 0x0c, 0, IPV4, 0, 1, 0, 0, 0, 0, 0, 4, 93, 184, 216, 34]);
  return Buffer.concat([head, asked, ...(found ? [record] : [])]);
}

let server: Socket;
let folder: string;
let running = 0;
let most = 0;

beforeAll(async () => {
  server = createSocket('udp4').on('message', (question, { port, address }) => {
    const answer = answerTo(question);
    if (answer) server.send(answer, port, address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  folder = await mkdtemp(join(tmpdir(), 'stockwire-test-'));
  await writeFile(join(folder, 'hosts'), '127.0.0.1 localhost\n10.1.2.3 Shop.example till # ours\n');
});

afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

function names(hosts = 'none', answerMs = 100): Names {
  const system = async (host: string) => {
    most = Math.max(most, ++running);
    await sleep(5);
    running--;
    if (host !== 'erp') throw new Error(`${host} is not known`);
    return [{ address: '10.9.8.7', family: 4 }];
  };
  const servers = [`127.0.0.1:${server.address().port}`];
  return new Names({ hostsFile: join(folder, hosts), servers, answerMs, otherMs: 20, system });
}

describe('the name of an endpoint', () => {
  it('is found while the name servers of many others say nothing', async () => {
    const asked = names();
    let answered = 0;
    const silent = Array.from({ length: 12 }, (_, number) =>
      asked.addresses(`silent${number}.example`).catch(() => answered++),
    );
    expect(await asked.addresses('shop.example')).toEqual([{ address: '93.184.216.34', family: 4 }]);
    expect(answered).toBe(0);
    await Promise.all(silent);
    expect([answered, most]).toEqual([12, 0]);
  });

  it('is found where the name server says nothing of IPv6', async () => {
    const begun = Date.now();
    expect(await names('none', 5_000).addresses('half.example')).toEqual([{ address: '93.184.216.34', family: 4 }]);
    expect(Date.now() - begun).toBeLessThan(2_000);
  });

  it('is first looked for in the file of hosts, as the system does', async () => {
    const ours = [{ address: '10.1.2.3', family: 4 }];
    const asked = names('hosts');
    expect(await Promise.all(['shop.example', 'SHOP.example.', 'till'].map((name) => asked.addresses(name)))).toEqual([
      ours,
      ours,
      ours,
    ]);
    await expect(asked.addresses('ours')).rejects.toThrow('ours is not known');
  });

  it('is asked of the system when no name server knows it, of which one thread at most has to wait', async () => {
    const asked = names();
    const found = await Promise.allSettled(['erp', 'crm', 'erp'].map((name) => asked.addresses(name)));
    expect(found.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(most).toBe(1);
    const crowd = await Promise.allSettled(Array.from({ length: 40 }, (_, number) => asked.addresses(`name${number}`)));
    const told = crowd.flatMap((one) => (one.status === 'rejected' ? [(one.reason as Error).message] : []));
    expect(told.filter((message) => message === '32 names are being looked up already')).toHaveLength(8);
  });

  it('that is an address leads to itself', async () => {
    expect(await names().addresses('2001:db8::1')).toEqual([{ address: '2001:db8::1', family: 6 }]);
  });
});
