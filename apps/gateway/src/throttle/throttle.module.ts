import type { Logger } from '@app/common';
import { Module, type DynamicModule } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import type { AuthConfig } from '../auth/auth.config';
import { loginThrottling } from './login.guard';
import { LoginCounts } from './login-counts.service';
import { RedisLink } from './redis.service';
import { RequestLimits } from './request-limits.service';
import { SharedCounts } from './shared-counts.service';
import { Throttle } from './throttle.service';

type ThrottleConfig = Pick<AuthConfig, 'redisUrl' | 'rateLimitLogins' | 'rateLimitReads' | 'rateLimitWrites'>;

/** Limits of requests, over all gateways when there is a Redis. */
@Module({})
export class ThrottleModule {
  static forRoot(config: Readonly<ThrottleConfig>, log: Logger): DynamicModule {
    const redis = new RedisLink(config.redisUrl, log);
    const limits = { reads: config.rateLimitReads, writes: config.rateLimitWrites };
    const logins = ThrottlerModule.forRoot(loginThrottling(config.rateLimitLogins, new LoginCounts(redis, log)));
    return {
      // The connection to Redis is for whoever needs to know whether it works.
      global: true,
      module: ThrottleModule,
      imports: [logins],
      providers: [
        { provide: RedisLink, useFactory: () => redis },
        { provide: Throttle, useFactory: () => new Throttle(new SharedCounts(redis, log), { limits }) },
        RequestLimits,
      ],
      exports: [logins, RequestLimits, RedisLink],
    };
  }
}
