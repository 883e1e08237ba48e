import { appNameOf } from '@app/common';
import type { mongo } from 'mongoose';
import { connectionsOf } from '../databases/history';

/**
 * Refuses while apps are connected to the database: an inventory would go on writing what it remembers of the former ledger.
 * @throws Error that names how many
 */
export async function insistOnQuiet(client: mongo.MongoClient, database: string): Promise<void> {
  const connections = await connectionsOf(client, appNameOf(database));
  if (connections > 0)
    throw new Error(`Stockwire is running on ${database} (${connections} connections). Stop the apps first.`);
}
