import { Handle } from '@app/common';
import {
  stocktakes,
  type ApproveStocktakeCommand,
  type Approved,
  type CountCommand,
  type CountResult,
  type Done,
  type ListStocktakeLines,
  type ListStocktakes,
  type OpenStocktakeCommand,
  type Stocktake,
  type StocktakeCommand,
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
  approve(command: ApproveStocktakeCommand): Promise<Approved> {
    return this.service.approve(command);
  }

  @Handle(stocktakes.cancel)
  cancel(command: StocktakeCommand): Promise<Done<Stocktake>> {
    return this.service.cancel(command);
  }

  @Handle(stocktakes.get)
  get({ stocktakeId }: { stocktakeId: string }): Promise<{ stocktake: Stocktake; position: number }> {
    return this.service.get(stocktakeId);
  }

  @Handle(stocktakes.list)
  list(query: ListStocktakes): Promise<StocktakePage> {
    return this.service.list(query);
  }

  @Handle(stocktakes.lines)
  lines(query: ListStocktakeLines & { stocktakeId: string }): Promise<StocktakeLinePage> {
    return this.service.lines(query);
  }
}
