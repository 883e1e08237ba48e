import { drained, OpsServer, takeCalls, tracing, type Logger } from '@app/common';
import { IdentityModule, Revocations } from '@app/identity';
import {
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { CoreModule } from './core/core.module';
import type { NotificationConfig } from './notification.config';
import { PresenceModule } from './presence/presence.module';
import { ImportsModule } from './imports/imports.module';
import { RealtimeModule } from './realtime/realtime.module';
import { WatchesModule } from './watches/watches.module';
import { WebhooksModule } from './webhooks/webhooks.module';

/** Without news of the revocations for so long, a stolen session might live on here. */
const SILENT_MS = 10_000;
const DRAIN_MS = 4_000;

/** Start: revocations are loaded, the follower and the webhooks start, the sockets listen. Stop: the other way round, then the client. */
@Module({})
export class AppModule implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  static of(config: Readonly<NotificationConfig>, log: Logger, ops: OpsServer): DynamicModule {
    const features = [RealtimeModule, WatchesModule, PresenceModule, ImportsModule, WebhooksModule];
    const imports = [CoreModule.of(config, log, ops), IdentityModule.forRoot(config, log), ...features];
    return { module: AppModule, imports };
  }

  constructor(
    private readonly ops: OpsServer,
    private readonly revocations: Revocations,
  ) {}

  onModuleInit(): void {
    this.ops.check('identity', () =>
      this.revocations.silence < SILENT_MS ? undefined : 'the revocations cannot be read',
    );
  }

  /** Calls of the gateways go to another one; those under way are answered. */
  async beforeApplicationShutdown(): Promise<void> {
    takeCalls(false);
    await drained(DRAIN_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    await tracing()?.stop();
    await this.ops.close();
  }
}
