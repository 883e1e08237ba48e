import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module';
import { HttpModule } from '../http/http.module';
import { ItemsModule } from '../items/items.module';
import { ItemMovementsController } from './item-movements.controller';
import { MovementBatches } from './movement-batch.service';
import { MovementsController } from './movements.controller';

@Module({
  imports: [HttpModule, EventsModule, ItemsModule],
  controllers: [MovementsController, ItemMovementsController],
  providers: [MovementBatches],
})
export class MovementsModule {}
