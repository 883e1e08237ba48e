import type { LedgerEvent } from '@app/contracts';
import { evolve, levelAt, unborn, type ItemState } from '../items/item';
import { isRejection, type Rejection } from '../items/rejection';
import type { ItemDraft } from '../stock/line';
import {
  beyondQuota,
  changeReservation,
  evolveReservation,
  reserve,
  type ReservationChange,
  type ReservationState,
} from './reservation';

const [A, B, ID] = ['a', 'b', 'f'].map((digit) => digit.repeat(24)) as [string, string, string];
const NOW = '2026-01-01T00:00:00.000Z';
const actor = { kind: 'user', id: 'ana', name: 'ana@example.com' } as const;

/** Seconds after the beginning. */
const at = (seconds: number): string => new Date(Date.parse(NOW) + seconds * 1_000).toISOString();

/** Items and one reservation: what the plan does with the drafts of the rules. */
class Shop {
  readonly items = new Map([A, B].map((id) => [id, stocked(id, 10)]));
  reservation: ReservationState | undefined;
  private position = 10;

  reserve(lines: { itemId: string; quantity: number; location?: string }[], ttlSeconds = 60): Rejection | undefined {
    return this.take(
      reserve({ do: 'reserve', lines, ttlSeconds }, { id: ID, item: (id) => this.items.get(id), now: NOW }),
      NOW,
    );
  }

  change(to: Exclude<ReservationChange, { do: 'reserve' }>, seconds = 1): Rejection | undefined {
    return this.take(changeReservation(this.reservation as ReservationState, to, at(seconds)), at(seconds));
  }

  level(id: string, location = 'main'): [onHand: number, reserved: number] {
    const { onHand, reserved } = levelAt(this.items.get(id) as ItemState, location);
    return [onHand, reserved];
  }

  get open(): number[] {
    return (this.reservation?.lines ?? []).map(({ open }) => open);
  }

  private take(decision: ItemDraft[] | Rejection, now: string): Rejection | undefined {
    if (isRejection(decision)) return decision;
    for (const { itemId, draft } of decision) {
      const item = this.items.get(itemId) as ItemState;
      const event = { ...draft, itemId, seq: item.seq + 1, position: ++this.position, at: now, actor, reference: null };
      this.items.set(itemId, evolve(item, event, event));
      this.reservation = evolveReservation(this.reservation, event as Partial<LedgerEvent> as LedgerEvent);
    }
    return undefined;
  }
}

function stocked(id: string, onHand: number): ItemState {
  const change = { onHand, reserved: 0, unavailable: 0, incoming: 0 };
  const event = { type: 'item.created', location: 'main', change, effectiveAt: NOW, fields: null } as const;
  return evolve(unborn(id), event, { seq: 1, position: 1, at: NOW });
}

function shop(lines = [{ itemId: A, quantity: 4 }], ttlSeconds = 60): Shop {
  const made = new Shop();
  expect(made.reserve(lines, ttlSeconds)).toBeUndefined();
  return made;
}

describe('reserving', () => {
  it('promises what is available, and until when', () => {
    const made = shop();
    expect(made.reservation).toMatchObject({ id: ID, status: 'held', expiresAt: at(60), actor, createdAt: NOW });
    expect(made.level(A)).toEqual([10, 4]);
  });

  it('sums the lines of an item at a place before they are checked', () => {
    const made = new Shop();
    const refused = made.reserve([
      { itemId: A, quantity: 6 },
      { itemId: B, quantity: 1 },
      { itemId: A, quantity: 5, location: 'main' },
    ]);
    expect(refused).toMatchObject({
      rejected: 'insufficient-stock',
      extra: { itemId: A, requested: 11, available: 10 },
    });
    expect(made.reservation).toBeUndefined();
  });

  it('does not take from another place', () => {
    expect(new Shop().reserve([{ itemId: A, quantity: 1, location: 'shop' }])).toMatchObject({
      rejected: 'insufficient-stock',
      extra: { location: 'shop', available: 0 },
    });
  });

  it('is refused for an item that there is not, or is no more', () => {
    const made = new Shop();
    made.items.set(B, { ...stocked(B, 1), deleted: true });
    for (const itemId of [B, 'c'.repeat(24)])
      expect(made.reserve([{ itemId, quantity: 1 }])).toMatchObject({ rejected: 'not-found', extra: { itemId } });
  });

  it('is refused to who holds as many as may be', () => {
    const all = { heldBy: () => 3, mostHeld: 3 };
    expect(beyondQuota(all, 'user:ana')).toMatchObject({
      rejected: 'too-many-reservations',
      extra: { held: 3, most: 3 },
    });
    expect(beyondQuota({ ...all, mostHeld: 4 }, 'user:ana')).toBeUndefined();
  });
});

describe('a held reservation', () => {
  it('is over when its time has come, whether or not that was written already', () => {
    for (const to of [
      { do: 'extend', ttlSeconds: 9 },
      { do: 'commit' },
      { do: 'release' },
      { do: 'fulfil' },
    ] as const) {
      expect(shop().change(to, 59.999)).toBeUndefined();
      expect(shop().change(to, 60)).toMatchObject({
        rejected: 'reservation-closed',
        extra: { reservationStatus: 'expired' },
      });
    }
  });

  it('expires once, at its time, and only for the time that was meant', () => {
    const made = shop();
    const expire = { do: 'expire', expiresAt: at(60) } as const;
    expect(made.change(expire, 59.999)).toMatchObject({ extra: { reservationStatus: 'held' } });
    expect(made.change({ do: 'extend', ttlSeconds: 100 }, 10)).toBeUndefined();
    expect(made.change(expire, 60)).toMatchObject({ rejected: 'reservation-closed' });
    expect(made.change({ do: 'expire', expiresAt: at(110) }, 110)).toBeUndefined();
    expect([made.reservation?.status, made.level(A), made.open]).toEqual(['expired', [10, 0], [0]]);
    expect(made.change({ do: 'expire', expiresAt: at(110) }, 111)).toMatchObject({ rejected: 'reservation-closed' });
    expect(made.level(A)).toEqual([10, 0]);
    const shortened = shop();
    shortened.change({ do: 'extend', ttlSeconds: 5 }, 10);
    expect(shortened.change(expire, 60)).toMatchObject({ rejected: 'reservation-closed' });
    expect(shortened.change({ do: 'expire', expiresAt: at(15) }, 60)).toBeUndefined();
  });

  it('is extended from now, also to a shorter time', () => {
    const made = shop();
    made.change({ do: 'extend', ttlSeconds: 5 }, 10);
    expect([made.reservation?.expiresAt, made.level(A)]).toEqual([at(15), [10, 4]]);
  });

  it('is committed once, and does not expire then', () => {
    const made = shop();
    made.change({ do: 'commit' });
    const { position } = made.reservation as ReservationState;
    expect(made.change({ do: 'commit' }, 1_000)).toBeUndefined();
    expect(made.reservation).toMatchObject({ status: 'committed', expiresAt: null, position });
    expect(made.change({ do: 'extend', ttlSeconds: 5 })).toMatchObject({ extra: { reservationStatus: 'committed' } });
    expect(made.change({ do: 'expire', expiresAt: at(60) }, 1_000)).toMatchObject({ rejected: 'reservation-closed' });
  });

  it('gives back only what it still has', () => {
    const made = shop();
    made.change({ do: 'fulfil', lines: [{ itemId: A, quantity: 3 }] });
    expect([made.reservation?.status, made.level(A)]).toEqual(['held', [7, 1]]);
    made.change({ do: 'release' });
    expect([made.reservation?.status, made.level(A)]).toEqual(['released', [7, 0]]);
    expect(made.reservation?.lines).toMatchObject([{ quantity: 4, fulfilled: 3, open: 0 }]);
  });
});

describe('fulfilling', () => {
  const lines = [
    { itemId: A, quantity: 2 },
    { itemId: B, quantity: 1 },
  ];

  it('issues all, or a part: with the last piece it is fulfilled', () => {
    const made = shop(lines);
    made.change({ do: 'fulfil', lines: [lines[1] ?? lines[0]] as typeof lines });
    expect([made.reservation?.status, made.level(A), made.level(B)]).toEqual(['held', [10, 2], [9, 0]]);
    made.change({ do: 'fulfil' });
    expect([made.reservation?.status, made.level(A), made.level(B)]).toEqual(['fulfilled', [8, 0], [9, 0]]);
    expect(made.change({ do: 'fulfil' })).toMatchObject({ extra: { reservationStatus: 'fulfilled' } });
  });

  it('never takes more than is reserved, also in several lines', () => {
    const made = shop(lines);
    const twice = [...lines, { itemId: A, quantity: 1 }];
    expect(made.change({ do: 'fulfil', lines: twice })).toMatchObject({
      rejected: 'exceeds-reservation',
      extra: { itemId: A, location: 'main', requested: 3, open: 2 },
    });
    expect(made.change({ do: 'fulfil', lines: [{ itemId: A, quantity: 1, location: 'shop' }] })).toMatchObject({
      rejected: 'exceeds-reservation',
      extra: { open: 0 },
    });
    expect([made.level(A), made.level(B)]).toEqual([
      [10, 2],
      [10, 1],
    ]);
  });

  it('says on each of its events that it ended, and on none that it did not', () => {
    const { reservation } = shop(lines);
    const ends = (to: Exclude<ReservationChange, { do: 'reserve' }>): unknown => {
      const decision = changeReservation(reservation as ReservationState, to, at(1));
      return isRejection(decision) ? decision : decision.map(({ draft }) => draft.fields);
    };
    const ended = { status: ['held', 'fulfilled'] };
    expect(ends({ do: 'fulfil' })).toEqual([ended, ended]);
    expect(ends({ do: 'fulfil', lines: lines.slice(0, 1) })).toEqual([null]);
  });
});
