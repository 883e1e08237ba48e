export const REPLICA_SET = 'stockwire';

export function mongodUri(port: number, database = 'stockwire'): string {
  return `mongodb://127.0.0.1:${port}/${database}?replicaSet=${REPLICA_SET}`;
}
