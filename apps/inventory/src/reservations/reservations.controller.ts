import { Handle, newId } from '@app/common';
import {
  reservations,
  type CreateReservation,
  type ExtendReservation,
  type FulfilReservation,
  type ListReservations,
  type NewOrder,
  type OnOrder,
  type Ordered,
  type Reservation,
  type ReservationPage,
  type Shown,
} from '@app/contracts';
import { Controller } from '@nestjs/common';
import { OrdersService } from '../orders/orders.service';

@Controller()
export class ReservationsController {
  constructor(private readonly orders: OrdersService) {}

  @Handle(reservations.reserve)
  reserve({ operation, ...body }: NewOrder<CreateReservation>): Promise<Ordered<Reservation>> {
    return this.orders.change({ kind: 'reservation', operation, id: newId(), change: { ...body, do: 'reserve' } });
  }

  @Handle(reservations.extend)
  extend({ operation, id, ...body }: OnOrder<ExtendReservation>): Promise<Ordered<Reservation>> {
    return this.orders.change({ kind: 'reservation', operation, id, change: { ...body, do: 'extend' } });
  }

  @Handle(reservations.commit)
  commit({ operation, id }: OnOrder): Promise<Ordered<Reservation>> {
    return this.orders.change({ kind: 'reservation', operation, id, change: { do: 'commit' } });
  }

  @Handle(reservations.release)
  release({ operation, id }: OnOrder): Promise<Ordered<Reservation>> {
    return this.orders.change({ kind: 'reservation', operation, id, change: { do: 'release' } });
  }

  @Handle(reservations.fulfil)
  fulfil({ operation, id, ...body }: OnOrder<FulfilReservation>): Promise<Ordered<Reservation>> {
    return this.orders.change({ kind: 'reservation', operation, id, change: { ...body, do: 'fulfil' } });
  }

  @Handle(reservations.get)
  get({ id }: { id: string }): Promise<Shown<Reservation>> {
    return this.orders.get('reservation', id);
  }

  @Handle(reservations.list)
  list(query: ListReservations): Promise<ReservationPage> {
    return this.orders.list('reservation', query);
  }
}
