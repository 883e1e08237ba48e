import { mongoConnection, type ConnectionConfig, type Logger } from '@app/common';
import { Module, type DynamicModule } from '@nestjs/common';
import { JwtModule, JwtService } from '@nestjs/jwt';
import { AccessTokens, jwtOptions } from './access-token.service';
import { ApiKeyReaderMongo } from './api-key.mongo';
import { ApiKeyReader } from './api-key.repository';
import { API_KEY_CACHE_MS, Authenticator } from './authenticator.service';
import { RevocationFeedMongo } from './revocation.mongo';
import { RevocationFeed } from './revocation.repository';
import { Revocations } from './revocations.service';

/** The driver reads once more after it: so whoever logs in knows within 5 s. */
const SILENCE_MS = 2_500;

/** Members of the EdgeConfig that identity needs. */
export interface IdentityConfig extends ConnectionConfig {
  jwtSecret: string;
  accessTtl: number;
}

/** Tokens are checked against the clock of each process; they may disagree by this much. */
const CLOCKS_MS = 60_000;

/**
 * Who is calling. `IdentityModule.forRoot(config, log)` in an app's module is all: it opens the process's connection to MongoDB
 * (`@InjectConnection()` works everywhere then) and provides `Authenticator` and `Revocations` to every module. Start: what is
 * revoked is loaded before the app listens; stop: after the last request, before the connection closes.
 */
@Module({})
export class IdentityModule {
  static forRoot(config: IdentityConfig, log: Logger): DynamicModule {
    const keepMs = Math.max(config.accessTtl * 1_000, API_KEY_CACHE_MS) + CLOCKS_MS;
    return {
      module: IdentityModule,
      global: true,
      imports: [mongoConnection(config, SILENCE_MS), JwtModule.register(jwtOptions(config.jwtSecret))],
      providers: [
        { provide: ApiKeyReader, useClass: ApiKeyReaderMongo },
        { provide: RevocationFeed, useClass: RevocationFeedMongo },
        {
          provide: AccessTokens,
          useFactory: (jwt: JwtService) => new AccessTokens(jwt, config.accessTtl),
          inject: [JwtService],
        },
        {
          provide: Revocations,
          useFactory: (feed: RevocationFeed) => new Revocations(feed, { log, keepMs }),
          inject: [RevocationFeed],
        },
        {
          provide: Authenticator,
          useFactory: (tokens: AccessTokens, keys: ApiKeyReader, revocations: Revocations) =>
            new Authenticator(tokens, keys, revocations),
          inject: [AccessTokens, ApiKeyReader, Revocations],
        },
      ],
      exports: [AccessTokens, Authenticator, Revocations],
    };
  }
}
