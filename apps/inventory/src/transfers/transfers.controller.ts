import { Handle, newId } from '@app/common';
import {
  transfers,
  type CloseTransfer,
  type CreateTransfer,
  type EndOrder,
  type ListTransfers,
  type NewOrder,
  type OnOrder,
  type Ordered,
  type ReceiveTransfer,
  type Shown,
  type Transfer,
  type TransferPage,
} from '@app/contracts';
import { Controller } from '@nestjs/common';
import { OrdersService } from '../orders/orders.service';

@Controller()
export class TransfersController {
  constructor(private readonly orders: OrdersService) {}

  @Handle(transfers.dispatch)
  dispatch({ operation, ...body }: NewOrder<CreateTransfer>): Promise<Ordered<Transfer>> {
    return this.orders.change({ kind: 'transfer', operation, id: newId(), change: { ...body, do: 'dispatch' } });
  }

  @Handle(transfers.receive)
  receive({ operation, id, ...body }: OnOrder<ReceiveTransfer>): Promise<Ordered<Transfer>> {
    return this.orders.change({ kind: 'transfer', operation, id, change: { ...body, do: 'receive' } });
  }

  @Handle(transfers.close)
  close({ operation, id, ...body }: OnOrder<CloseTransfer>): Promise<Ordered<Transfer>> {
    return this.orders.change({ kind: 'transfer', operation, id, change: { ...body, do: 'close' } });
  }

  @Handle(transfers.cancel)
  cancel({ operation, id, ...body }: OnOrder<EndOrder>): Promise<Ordered<Transfer>> {
    return this.orders.change({ kind: 'transfer', operation, id, change: { ...body, do: 'cancel' } });
  }

  @Handle(transfers.get)
  get({ id }: { id: string }): Promise<Shown<Transfer>> {
    return this.orders.get('transfer', id);
  }

  @Handle(transfers.list)
  list(query: ListTransfers): Promise<TransferPage> {
    return this.orders.list('transfer', query);
  }
}
