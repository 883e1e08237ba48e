import { DomainError, invalid } from '@app/common';
import {
  LIMITS,
  type ExtendReservationCommand,
  type FulfilReservationCommand,
  type ListReservations,
  type Operation,
  type Reservation,
  type ReservationCommand,
  type ReservationPage,
  type Reserved,
  type ReserveCommand,
} from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { LedgerService } from '../ledger/ledger.service';
import { LedgerWriter } from '../ledger/ledger.writer';
import { newId } from '../ledger/new-id';
import { reservationOf, type ReservationChange } from './reservation';
import { ReservationsRepository } from './reservations.repository';

@Injectable()
export class ReservationsService {
  constructor(
    private readonly writer: LedgerWriter,
    private readonly ledger: LedgerService,
    private readonly repository: ReservationsRepository,
  ) {}

  reserve({ operation, ...rest }: ReserveCommand): Promise<Reserved> {
    return this.change(operation, newId(), { do: 'reserve', ...rest });
  }

  extend({ operation, reservationId, ttlSeconds }: ExtendReservationCommand): Promise<Reserved> {
    return this.change(operation, reservationId, { do: 'extend', ttlSeconds });
  }

  commit({ operation, reservationId }: ReservationCommand): Promise<Reserved> {
    return this.change(operation, reservationId, { do: 'commit' });
  }

  release({ operation, reservationId }: ReservationCommand): Promise<Reserved> {
    return this.change(operation, reservationId, { do: 'release' });
  }

  fulfil({ operation, reservationId, lines }: FulfilReservationCommand): Promise<Reserved> {
    return this.change(operation, reservationId, { do: 'fulfil', ...(lines && { lines }) });
  }

  /** The head first and the document after: what it shows is at least that. */
  async get(reservationId: string): Promise<{ reservation: Reservation; position: number }> {
    const position = this.ledger.head;
    const [state] = await this.repository.states([reservationId]);
    if (!state) throw new DomainError('not-found', `There is no reservation ${reservationId}.`, { reservationId });
    return { reservation: reservationOf(state), position };
  }

  async list({ limit = LIMITS.pageSizeDefault, cursor, ...filter }: ListReservations): Promise<ReservationPage> {
    const position = this.ledger.head;
    const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : placeOf(cursor);
    const found = await this.repository.page({ ...filter, before, limit: limit + 1 });
    const data = [];
    let bytes = 0;
    for (const state of found.slice(0, limit)) {
      const reservation = reservationOf(state);
      bytes += JSON.stringify(reservation).length;
      // Cut by weight: the next page goes on after the last one given.
      if (bytes > LIMITS.pageBytes && data.length > 0) break;
      data.push(reservation);
    }
    const last = found[data.length - 1];
    const nextCursor = found.length > data.length && last ? cursorOf(last.since) : null;
    return { data, page: { limit, nextCursor }, position };
  }

  private async change(operation: Operation, reservationId: string, change: ReservationChange): Promise<Reserved> {
    const outcome = await this.writer.submit({ kind: 'reservation', operation, reservationId, change });
    const { reply, position, replayed, figures } = outcome;
    if (!reply || !('actor' in reply)) throw new Error('a reservation was changed and did not come back');
    return { body: reply, position, replayed, touched: figures.map(({ id, seq }) => ({ id, seq })) };
  }
}

function cursorOf(since: number): string {
  return Buffer.from(String(since)).toString('base64url');
}

function placeOf(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!/^\d{1,15}$/.test(text)) throw invalid('cursor', 'is not one that a page has given');
  return Number(text);
}
