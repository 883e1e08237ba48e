import { Handle } from '@app/common';
import {
  stocktakes,
  type ApproveStocktake,
  type ApprovedStocktake,
  type CountCommand,
  type CountResult,
  type Done,
  type ListStocktakeLines,
  type ListStocktakes,
  type OnOrder,
  type OpenStocktakeCommand,
  type Ordered,
  type Shown,
  type Stocktake,
  type StocktakeLinePage,
  type StocktakePage,
} from '@app/contracts';
import { Controller } from '@nestjs/common';
import { StocktakesService } from './stocktakes.service';

@Controller()
export class StocktakesController {
  constructor(private readonly service: StocktakesService) {}

  @Handle(stocktakes.open)
  open(command: OpenStocktakeCommand): Promise<Done<Stocktake>> {
    return this.service.open(command);
  }

  @Handle(stocktakes.count)
  count(command: CountCommand): Promise<Done<CountResult>> {
    return this.service.count(command);
  }

  @Handle(stocktakes.approve)
  approve(command: OnOrder<ApproveStocktake>): Promise<Ordered<ApprovedStocktake>> {
    return this.service.approve(command);
  }

  @Handle(stocktakes.cancel)
  cancel(command: OnOrder): Promise<Done<Stocktake>> {
    return this.service.cancel(command);
  }

  @Handle(stocktakes.get)
  get({ id }: { id: string }): Promise<Shown<Stocktake>> {
    return this.service.get(id);
  }

  @Handle(stocktakes.list)
  list(query: ListStocktakes): Promise<StocktakePage> {
    return this.service.list(query);
  }

  @Handle(stocktakes.lines)
  lines(query: ListStocktakeLines & { id: string }): Promise<StocktakeLinePage> {
    return this.service.lines(query);
  }
}
