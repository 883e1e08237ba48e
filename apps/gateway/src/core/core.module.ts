import { OpsServer, type Logger } from '@app/common';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { GatewayConfig } from '../gateway.config';
import { LOG } from './log';

/** What every part of the gateway may ask for: its configuration, its log, its private port. */
@Global()
@Module({})
export class CoreModule {
  static of(config: Readonly<GatewayConfig>, log: Logger, ops: OpsServer): DynamicModule {
    const providers = [
      { provide: GatewayConfig, useValue: config },
      { provide: LOG, useValue: log },
      { provide: OpsServer, useValue: ops },
    ];
    return { module: CoreModule, providers, exports: providers };
  }
}
