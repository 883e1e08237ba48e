import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module';
import { ExpectationsController } from '../expectations/expectations.controller';
import { HttpModule } from '../http/http.module';
import { ItemsModule } from '../items/items.module';
import { ReservationsController } from '../reservations/reservations.controller';
import { TransfersController } from '../transfers/transfers.controller';
import { Orders } from './orders.service';

/** What several changes of stock belong to. */
@Module({
  imports: [HttpModule, EventsModule, ItemsModule],
  controllers: [ReservationsController, TransfersController, ExpectationsController],
  providers: [Orders],
  exports: [Orders],
})
export class OrdersModule {}
