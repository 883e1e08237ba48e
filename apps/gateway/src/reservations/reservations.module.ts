import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module';
import { HttpModule } from '../http/http.module';
import { ItemsModule } from '../items/items.module';
import { ReservationsController } from './reservations.controller';

@Module({ imports: [HttpModule, EventsModule, ItemsModule], controllers: [ReservationsController] })
export class ReservationsModule {}
