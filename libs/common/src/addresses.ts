import { lookup } from 'node:dns/promises';

export interface Address {
  host: string;
  port: number;
}

/** All the addresses behind a list of `host:port`, in order; a name that does not resolve right now is left out. */
export async function resolveAddresses(entries: readonly string[]): Promise<Address[]> {
  const found = await Promise.all(entries.map(resolve));
  return found.flat();
}

async function resolve(entry: string): Promise<Address[]> {
  const colon = entry.lastIndexOf(':');
  const host = entry.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  const port = Number(entry.slice(colon + 1));
  try {
    return (await lookup(host, { all: true })).map(({ address }) => ({ host: address, port }));
  } catch {
    // A replica that is being replaced has no address for a while; the others still serve.
    return [];
  }
}
