import { Handle } from '@app/common';
import { asOf, type AskStock, type PastStock } from '@app/contracts';
import { Controller } from '@nestjs/common';
import { AsOfService } from './as-of.service';

@Controller()
export class AsOfController {
  constructor(private readonly service: AsOfService) {}

  @Handle(asOf.stock)
  stock(question: AskStock & { itemId: string }): Promise<{ stock: PastStock; position: number }> {
    return this.service.stock(question);
  }
}
