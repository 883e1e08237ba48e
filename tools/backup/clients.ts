import { appNameOf } from '@app/common';
import type { mongo } from 'mongoose';

/**
 * Refuses while apps are connected to the database: an inventory would go on writing what it remembers of the former ledger.
 * @throws Error that names how many
 */
export async function insistOnQuiet(client: mongo.MongoClient, database: string): Promise<void> {
  const everything = { $currentOp: { allUsers: false, idleConnections: true } };
  const connected = await client
    .db('admin')
    .aggregate([everything, { $match: { appName: appNameOf(database) } }, { $count: 'connections' }])
    .toArray();
  const connections = Number(connected[0]?.connections ?? 0);
  if (connections > 0)
    throw new Error(`Stockwire is running on ${database} (${connections} connections). Stop the apps first.`);
}
