import { Handle, newId } from '@app/common';
import {
  expectations,
  type CreateExpectation,
  type EndOrder,
  type Expectation,
  type ExpectationPage,
  type ListExpectations,
  type NewOrder,
  type OnOrder,
  type Ordered,
  type ReceiveExpectation,
  type Shown,
} from '@app/contracts';
import { Controller } from '@nestjs/common';
import { OrdersService } from '../orders/orders.service';

@Controller()
export class ExpectationsController {
  constructor(private readonly orders: OrdersService) {}

  @Handle(expectations.expect)
  expect({ operation, ...body }: NewOrder<CreateExpectation>): Promise<Ordered<Expectation>> {
    return this.orders.change({ kind: 'expectation', operation, id: newId(), change: { ...body, do: 'expect' } });
  }

  @Handle(expectations.receive)
  receive({ operation, id, ...body }: OnOrder<ReceiveExpectation>): Promise<Ordered<Expectation>> {
    return this.orders.change({ kind: 'expectation', operation, id, change: { ...body, do: 'receive' } });
  }

  @Handle(expectations.cancel)
  cancel({ operation, id, ...body }: OnOrder<EndOrder>): Promise<Ordered<Expectation>> {
    return this.orders.change({ kind: 'expectation', operation, id, change: { ...body, do: 'cancel' } });
  }

  @Handle(expectations.get)
  get({ id }: { id: string }): Promise<Shown<Expectation>> {
    return this.orders.get('expectation', id);
  }

  @Handle(expectations.list)
  list(query: ListExpectations): Promise<ExpectationPage> {
    return this.orders.list('expectation', query);
  }
}
