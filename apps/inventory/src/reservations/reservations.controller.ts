import { Handle } from '@app/common';
import {
  reservations,
  type ExtendReservationCommand,
  type FulfilReservationCommand,
  type ListReservations,
  type Reservation,
  type ReservationCommand,
  type ReservationPage,
  type Reserved,
  type ReserveCommand,
} from '@app/contracts';
import { Controller } from '@nestjs/common';
import { ReservationsService } from './reservations.service';

@Controller()
export class ReservationsController {
  constructor(private readonly service: ReservationsService) {}

  @Handle(reservations.reserve)
  reserve(command: ReserveCommand): Promise<Reserved> {
    return this.service.reserve(command);
  }

  @Handle(reservations.extend)
  extend(command: ExtendReservationCommand): Promise<Reserved> {
    return this.service.extend(command);
  }

  @Handle(reservations.commit)
  commit(command: ReservationCommand): Promise<Reserved> {
    return this.service.commit(command);
  }

  @Handle(reservations.release)
  release(command: ReservationCommand): Promise<Reserved> {
    return this.service.release(command);
  }

  @Handle(reservations.fulfil)
  fulfil(command: FulfilReservationCommand): Promise<Reserved> {
    return this.service.fulfil(command);
  }

  @Handle(reservations.get)
  get({ reservationId }: { reservationId: string }): Promise<{ reservation: Reservation; position: number }> {
    return this.service.get(reservationId);
  }

  @Handle(reservations.list)
  list(query: ListReservations): Promise<ReservationPage> {
    return this.service.list(query);
  }
}
