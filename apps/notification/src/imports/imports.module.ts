import { Module } from '@nestjs/common';
import { RealtimeModule } from '../realtime/realtime.module';
import { ImportWatch } from './import-watch.service';
import { ImportsGateway } from './imports.gateway';
import { ImportsMongo } from './imports.mongo';
import { ImportsRepository } from './imports.repository';

/** The progress of imports on sockets. */
@Module({
  imports: [RealtimeModule],
  providers: [{ provide: ImportsRepository, useClass: ImportsMongo }, ImportWatch, ImportsGateway],
})
export class ImportsModule {}
