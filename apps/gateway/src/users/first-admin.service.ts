import { DomainError, type Logger } from '@app/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import type { AuthConfig } from '../auth/auth.config';
import { Passwords } from '../auth/passwords.service';
import { UserRepository } from './users.repository';

/** Makes the first admin of a new installation, from ADMIN_EMAIL and ADMIN_PASSWORD, before the gateway is ready. */
export class FirstAdmin implements OnApplicationBootstrap {
  constructor(
    private readonly config: Pick<AuthConfig, 'adminEmail' | 'adminPassword'>,
    private readonly users: UserRepository,
    private readonly passwords: Passwords,
    private readonly log: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!(await this.users.isEmpty())) return;
    const { adminEmail: email, adminPassword } = this.config;
    if (!adminPassword) {
      this.log.warn('there is no user and no ADMIN_PASSWORD: nobody can log in. Set it, or run `npm run admin`');
      return;
    }
    const passwordHash = await this.passwords.hash(adminPassword);
    try {
      await this.users.insert({ email, role: 'admin', passwordHash });
      this.log.info({ email }, 'the first admin was created');
    } catch (error) {
      // Several gateways that start together all find no user; the unique address lets one of them create it.
      if (!(error instanceof DomainError && error.code === 'duplicate')) throw error;
    }
  }
}
