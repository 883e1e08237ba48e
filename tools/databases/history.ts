import type { mongo } from 'mongoose';

/** For how long mongod keeps what has been overwritten, for those who read in a snapshot: of every server of MongoDB 5 or newer. */
export const HISTORY_SECONDS = 'minSnapshotHistoryWindowInSeconds';
/** Nobody reads five minutes back; keeping what every movement overwrote for so long is a quarter of what mongod does. */
export const KEPT_SECONDS = 10;
/** The name that a backup's connections have at the server. */
export const BACKUP_NAME = 'stockwire-backup';

export async function historyKept(admin: mongo.Db): Promise<number> {
  const reply = await admin.command({ getParameter: 1, [HISTORY_SECONDS]: 1 });
  return Number(reply[HISTORY_SECONDS]);
}

export async function keepHistory(admin: mongo.Db, seconds: number): Promise<void> {
  await admin.command({ setParameter: 1, [HISTORY_SECONDS]: seconds });
}

/** How many connections there are whose clients gave this name. */
export async function connectionsOf(client: mongo.MongoClient, appName: string): Promise<number> {
  const everything = { $currentOp: { allUsers: false, idleConnections: true } };
  const [found] = await client
    .db('admin')
    .aggregate([everything, { $match: { appName } }, { $count: 'connections' }])
    .toArray();
  return Number(found?.connections ?? 0);
}

/** Undoes what a backup that was killed could not: it had more history kept while it read. Whether there was anything to undo. */
export async function settleHistory(client: mongo.MongoClient): Promise<boolean> {
  const admin = client.db('admin');
  if ((await historyKept(admin)) === KEPT_SECONDS) return false;
  if ((await connectionsOf(client, BACKUP_NAME)) > 0) return false;
  await keepHistory(admin, KEPT_SECONDS);
  return true;
}
