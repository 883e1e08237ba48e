import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module';
import { HttpModule } from '../http/http.module';
import { ItemsModule } from '../items/items.module';
import { CountFiles } from './count-files.service';
import { StocktakesController } from './stocktakes.controller';

@Module({
  imports: [HttpModule, EventsModule, ItemsModule],
  controllers: [StocktakesController],
  providers: [CountFiles],
})
export class StocktakesModule {}
