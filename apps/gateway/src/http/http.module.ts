import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module';
import { Commands } from './commands.service';

@Module({ imports: [EventsModule], providers: [Commands], exports: [Commands] })
export class HttpModule {}
