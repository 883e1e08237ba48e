import type { LookupAddress } from 'node:dns';
import { lookup, Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Each name server is asked twice at most. */
const TRIES = 2;
/** Names that wait for the system at most. */
const MOST_WAITING = 32;
/** There is no such name, or no name server: then the system may know more, by a search domain or by a directory of its own. */
const UNKNOWN = new Set(['ENOTFOUND', 'ENODATA', 'ECONNREFUSED']);

/** What is asked; a spec brings its own. */
export interface NameSources {
  hostsFile: string;
  /** `address:port` of name servers; those of the system without it. */
  servers?: readonly string[];
  /** How long one is waited for. */
  answerMs: number;
  /** How long the addresses of the other family are waited for, once there are some of one: many name servers say nothing of IPv6. */
  otherMs: number;
  system: (host: string) => Promise<LookupAddress[]>;
}

const SYSTEM: NameSources = {
  hostsFile: '/etc/hosts',
  answerMs: 2_000,
  otherMs: 300,
  system: (host) => lookup(host, { all: true }),
};

/**
 * Where the name of an endpoint leads to. The lookup of the system would occupy one of the four threads that the whole process has, for as
 * long as a name server says nothing: a few endpoints with such names would hold up all others, and our own way to the databases.
 */
export class Names {
  private last: Promise<unknown> = Promise.resolve();
  private readonly waiting = new Map<string, Promise<LookupAddress[]>>();

  /** Nest makes it without any. */
  constructor(private readonly sources: NameSources = SYSTEM) {}

  /** As the system would find them: first in its file of hosts. @throws Error when there are none */
  async addresses(host: string): Promise<LookupAddress[]> {
    if (isIP(host) !== 0) return [addressOf(host)];
    const written = await this.written(host);
    return written.length > 0 ? written : this.asked(host);
  }

  private async written(host: string): Promise<LookupAddress[]> {
    const text = await readFile(this.sources.hostsFile, 'utf8').catch(() => '');
    const wanted = host.toLowerCase().replace(/\.$/, '');
    return text.split('\n').flatMap((line) => {
      const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
      return isIP(address) !== 0 && names.some((name) => name.toLowerCase() === wanted) ? [addressOf(address)] : [];
    });
  }

  private async asked(host: string): Promise<LookupAddress[]> {
    // A new one each time knows the name servers of now.
    const resolver = new Resolver({ timeout: this.sources.answerMs, tries: TRIES });
    if (this.sources.servers) resolver.setServers(this.sources.servers);
    const found: string[] = [];
    const failures: NodeJS.ErrnoException[] = [];
    const families = [resolver.resolve4(host), resolver.resolve6(host)].map((family) =>
      family.then(
        (addresses) => found.push(...addresses),
        (failure: NodeJS.ErrnoException) => failures.push(failure),
      ),
    );
    await Promise.race(families);
    const all = Promise.all(families);
    await (found.length > 0 ? Promise.race([all, sleep(this.sources.otherMs, undefined, { ref: false })]) : all);
    resolver.cancel();
    if (found.length > 0) return found.map(addressOf);
    const silent = failures.find(({ code = '' }) => !UNKNOWN.has(code));
    if (silent) throw silent;
    return this.ofSystem(host);
  }

  /** One at a time: it takes one thread, whatever it waits for. Who asks for the same meanwhile waits for the same. */
  private ofSystem(host: string): Promise<LookupAddress[]> {
    const waiting = this.waiting.get(host);
    if (waiting) return waiting;
    if (this.waiting.size >= MOST_WAITING) throw new Error(`${MOST_WAITING} names are being looked up already`);
    const found = this.last.then(() => this.sources.system(host)).finally(() => this.waiting.delete(host));
    this.waiting.set(host, found);
    this.last = found.catch(() => undefined);
    return found;
  }
}

function addressOf(address: string): LookupAddress {
  return { address, family: isIP(address) };
}
