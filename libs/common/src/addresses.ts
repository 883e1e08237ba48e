import { lookup } from 'node:dns/promises';

export interface Address {
  host: string;
  port: number;
}

/** A name that nobody answers for is left out after so long: a resolver may be silent for ten seconds and more. */
const PATIENCE_MS = 400;
/** An answer that came too late for who asked is kept until he asks again. */
const LATE_MS = 500;
/** Lookups under way. A silent resolver holds a thread of the process for each, so a name is asked for once at a time. */
const asked = new Map<string, Promise<string[]>>();

/** All the addresses behind a list of `host:port`, in order; a name that does not resolve right now is left out. */
export async function resolveAddresses(entries: readonly string[]): Promise<Address[]> {
  const found = await Promise.all(entries.map(resolve));
  return found.flat();
}

async function resolve(entry: string): Promise<Address[]> {
  const colon = entry.lastIndexOf(':');
  const host = entry.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  const port = Number(entry.slice(colon + 1));
  return (await inTime(ask(host))).map((address) => ({ host: address, port }));
}

function ask(host: string): Promise<string[]> {
  const under = asked.get(host);
  if (under) return under;
  const begun = Date.now();
  const answer = lookup(host, { all: true })
    .then((found) => found.map(({ address }) => address))
    // A replica that is being replaced has no address for a while; the others still serve.
    .catch(() => []);
  void answer.then(({ length }) => {
    const isLate = length > 0 && Date.now() - begun >= PATIENCE_MS;
    if (isLate) setTimeout(() => asked.delete(host), LATE_MS).unref();
    else asked.delete(host);
  });
  asked.set(host, answer);
  return answer;
}

function inTime(answer: Promise<string[]>): Promise<string[]> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve([]), PATIENCE_MS);
    void answer.then((found) => {
      clearTimeout(timer);
      resolve(found);
    });
  });
}
