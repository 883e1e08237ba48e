import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module';
import { Exports } from './export.service';
import { ExportsController } from './exports.controller';

@Module({ imports: [EventsModule], controllers: [ExportsController], providers: [Exports] })
export class ExportsModule {}
