import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module';
import { HttpModule } from '../http/http.module';
import { AsOfController } from './as-of.controller';

@Module({ imports: [HttpModule, EventsModule], controllers: [AsOfController] })
export class AsOfModule {}
