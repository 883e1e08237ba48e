import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { availableParallelism } from 'node:os';
import { BoundedQueue } from './queue';

/** argon2id, the library's default algorithm, with what OWASP recommends at least. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** The hash of a password that nobody knows: an unknown e-mail address takes as long as a wrong password. */
const NOBODY = '$argon2id$v=19$m=19456,t=2,p=1$N60GRN2P8PR0vfKH4CNT9Q$SlxKh+kAUZ1ZeTebhNCBWk3S87diTXB7oZS5/F8+WOQ';

/**
 * Hashes passwords without taking the machine away from everything else: each costs 20 to 120 ms of a core, so one at a time
 * on two cores. The waiting line holds what an ordinary machine does in two seconds.
 */
@Injectable()
export class Passwords {
  private readonly queue = new BoundedQueue({
    atOnce: Math.max(1, Math.floor(availableParallelism() / 2)),
    waiting: 64,
    retryAfter: 2,
  });

  /** @throws DomainError `overloaded` when too many wait */
  hash(password: string): Promise<string> {
    return this.queue.run(() => hash(password, COST));
  }

  /** Whether the password belongs to the hash; without a hash false, after the same time. */
  async verify(password: string, expected: string | undefined): Promise<boolean> {
    const matches = await this.queue.run(() => verify(expected ?? NOBODY, password));
    return matches && expected !== undefined;
  }
}
