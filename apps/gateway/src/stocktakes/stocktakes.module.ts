import { Module } from '@nestjs/common';
import { HttpModule } from '../http/http.module';
import { OrdersModule } from '../orders/orders.module';
import { CountFiles } from './count-files.service';
import { StocktakesController } from './stocktakes.controller';

@Module({
  imports: [HttpModule, OrdersModule],
  controllers: [StocktakesController],
  providers: [CountFiles],
})
export class StocktakesModule {}
