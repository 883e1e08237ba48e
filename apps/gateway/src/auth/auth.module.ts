import type { Logger } from '@app/common';
import { AccessTokens, IdentityModule } from '@app/identity';
import { Module, type DynamicModule, type OnModuleInit, type Provider } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule, DiscoveryService, MetadataScanner } from '@nestjs/core';
import { ApiKeysController } from '../api-keys/api-keys.controller';
import { ApiKeyMongo } from '../api-keys/api-keys.mongo';
import { ApiKeyRepository } from '../api-keys/api-keys.repository';
import { ApiKeys } from '../api-keys/api-keys.service';
import { ThrottleModule } from '../throttle/throttle.module';
import { FirstAdmin } from '../users/first-admin.service';
import { UsersController } from '../users/users.controller';
import { UserMongo } from '../users/users.mongo';
import { UserRepository } from '../users/users.repository';
import { Users } from '../users/users.service';
import { AccessGuard } from './access.guard';
import type { AuthConfig } from './auth.config';
import { AuthController } from './auth.controller';
import { Auth } from './auth.service';
import { IdentityWriter } from './identity-writer.mongo';
import { Passwords } from './passwords.service';
import { routesWithoutPolicy } from './routes';
import { SessionMongo } from './sessions.mongo';
import { SessionRepository } from './sessions.repository';

/** Repositories first: what they need of the database is created before anything uses them. */
const STORES: Provider[] = [
  IdentityWriter,
  { provide: UserRepository, useClass: UserMongo },
  { provide: SessionRepository, useClass: SessionMongo },
  { provide: ApiKeyRepository, useClass: ApiKeyMongo },
];

/**
 * Who may do what. `AuthModule.forRoot(config, log)` in the app's module brings the routes of `auth`, `users` and `api-keys`, the
 * guard of every route, the connection to MongoDB, `Authenticator` and `Revocations`. A controller then says `@Roles('clerk')`
 * or `@Public()`, and takes `@CurrentCaller() caller: Caller`; the process does not start while a route says neither.
 */
@Module({ imports: [DiscoveryModule] })
export class AuthModule implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  static forRoot(config: Readonly<AuthConfig>, log: Logger): DynamicModule {
    return {
      module: AuthModule,
      imports: [IdentityModule.forRoot(config, log), ThrottleModule.forRoot(config, log)],
      controllers: [AuthController, UsersController, ApiKeysController],
      providers: [
        ...STORES,
        { provide: APP_GUARD, useClass: AccessGuard },
        Passwords,
        Users,
        ApiKeys,
        {
          provide: Auth,
          useFactory: (
            users: UserRepository,
            sessions: SessionRepository,
            passwords: Passwords,
            tokens: AccessTokens,
          ) => new Auth(users, sessions, passwords, tokens, config.refreshTtl),
          inject: [UserRepository, SessionRepository, Passwords, AccessTokens],
        },
        {
          provide: FirstAdmin,
          useFactory: (users: UserRepository, passwords: Passwords) => new FirstAdmin(config, users, passwords, log),
          inject: [UserRepository, Passwords],
        },
      ],
    };
  }

  onModuleInit(): void {
    const open = routesWithoutPolicy(this.discovery, this.scanner);
    if (open.length > 0) throw new Error(`say @Roles() or @Public() on: ${open.join(', ')}`);
  }
}
