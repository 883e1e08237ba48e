import { spawn } from 'node:child_process';
import { stat, truncate } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mongo } from 'mongoose';
import { cacheRoot } from '../tools/databases/cache';
import { historyKept, KEPT_SECONDS } from '../tools/databases/history';
import { findMongod, mongodSpec } from '../tools/databases/mongod';
import { freePort } from './support/ports';
import { mongodUri } from '../tools/databases/uri';
import { Output } from '../tools/start/output';
import { Supervisor } from '../tools/start/supervisor';
import { temporaryFolder } from './support/databases';
import { guardProcess } from './support/reaper';
import { until } from './support/sockets';

const BACKUP = resolve(__dirname, '../dist/tools/backup/main.js');
const EVERY_MS = 200;
/** So many that reading them takes long enough to be caught at it. */
const DOCUMENTS = 60_000;

const said: string[] = [];
const output = new Output({ write: (line: string) => said.push(line) } as unknown as NodeJS.WriteStream);
const supervisor = new Supervisor(output, { add: (_name, pid) => guardProcess(pid), remove: () => undefined });
let client: mongo.MongoClient;
let folder: string;
let uri: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  const [{ binary }, port] = await Promise.all([findMongod(cacheRoot(), process.env), freePort()]);
  const spec = await mongodSpec(binary!.path, folder, port);
  await supervisor.start({ ...spec, tend: { ...spec.tend!, everyMs: EVERY_MS } });
  uri = mongodUri(port);
  client = await new mongo.MongoClient(uri).connect();
  await client.db().collection<{ _id: string; epoch: string }>('meta').insertOne({ _id: 'ledger', epoch: 'e' });
  const documents = Array.from({ length: DOCUMENTS }, (_, number) => ({ number }));
  await client.db().collection('many').insertMany(documents);
});
afterAll(async () => {
  await client?.close();
  await supervisor.stop('mongod', 8_000);
});

it('has the history that a backup asked for kept as long as that lives, and no longer', async () => {
  const env = { ...process.env, MONGODB_URI: uri };
  const args = [BACKUP, 'backup', '--to', join(folder, 'backups')];
  const backup = spawn(process.execPath, args, { env, stdio: 'ignore', detached: true });
  guardProcess(backup.pid!);
  await until(async () => (await kept()) > KEPT_SECONDS, 60_000, 'more history');
  backup.kill('SIGSTOP');
  await sleep(5 * EVERY_MS);
  expect(await kept()).toBeGreaterThan(KEPT_SECONDS);
  backup.kill('SIGKILL');
  await until(async () => (await kept()) === KEPT_SECONDS, 60_000, 'as much history as before');
  await until(() => said.join('').includes('a backup that was killed had asked for more'));
}, 150_000);

it('begins a new log when that has grown large, and keeps the one before', async () => {
  const log = join(folder, 'logs', 'mongod.log');
  const sizeOf = (file: string): Promise<number> =>
    stat(file).then(
      ({ size }) => size,
      () => -1,
    );
  await truncate(log, 11 * 1024 * 1024);
  await until(async () => (await sizeOf(`${log}.old`)) > 10 * 1024 * 1024);
  const other = await new mongo.MongoClient(uri).connect();
  await other.close();
  await until(async () => (await sizeOf(log)) > 0);
  expect(await sizeOf(log)).toBeLessThan(1024 * 1024);
}, 60_000);

function kept(): Promise<number> {
  return historyKept(client.db('admin'));
}
