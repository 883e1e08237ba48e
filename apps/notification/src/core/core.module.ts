import { OpsServer, type Logger } from '@app/common';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { NotificationConfig } from '../notification.config';
import { LOG } from './log';

/** What every part may ask for: the configuration, the log, the private port. */
@Global()
@Module({})
export class CoreModule {
  static of(config: Readonly<NotificationConfig>, log: Logger, ops: OpsServer): DynamicModule {
    const providers = [
      { provide: NotificationConfig, useValue: config },
      { provide: LOG, useValue: log },
      { provide: OpsServer, useValue: ops },
    ];
    return { module: CoreModule, providers, exports: providers };
  }
}
