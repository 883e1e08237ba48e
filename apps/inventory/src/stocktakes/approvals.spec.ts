import type { LedgerEvent } from '@app/contracts';
import { Approvals } from './approvals';
import type { StocktakeState } from './stocktake';

const ANA = { kind: 'user', id: 'u', name: 'ana' } as const;
const TAKE = 'f'.repeat(24);

function booked(position: number, operationId: string): LedgerEvent {
  const about = { position, operationId, itemId: String(position), at: '2026-01-01T10:00:00.000Z', actor: ANA };
  return { ...about, links: { stocktakeId: TAKE } } as unknown as LedgerEvent;
}

function stored(over: Partial<StocktakeState>): StocktakeState {
  const open = { id: TAKE, status: 'open', counted: 2, closedAt: null, closedBy: null, approval: null, version: 1 };
  return { ...open, ...over } as StocktakeState;
}

function approval(operationId: string, position = 6): Pick<StocktakeState, 'status' | 'approval'> {
  return {
    status: 'approved',
    approval: { operationId, firstPosition: 5, position, uncounted: 'ignore', booked: 2, gone: 0 },
  };
}

/** What is found wrong with a stored stocktake, beside a ledger. */
function faults(events: readonly LedgerEvent[], state: StocktakeState, upTo = 9): string[] {
  const found: string[] = [];
  const approvals = new Approvals((_, kind, detail) => found.push(`${kind}: ${detail}`));
  for (const event of events) approvals.add(event);
  approvals.compare(state, upTo);
  return found;
}

describe('a stored stocktake', () => {
  const ledger = [booked(5, 'one'), booked(6, 'one')];

  it('is approved exactly when the ledger has its counts, by the operation that it names', () => {
    expect(faults(ledger, stored(approval('one')))).toEqual([]);
    expect(faults([], stored({}))).toEqual([]);
    expect(faults([], stored({ status: 'cancelled' }))).toEqual([]);
    expect(faults(ledger, stored({}))).toHaveLength(1);
    expect(faults([], stored(approval('one')))).toHaveLength(1);
    expect(faults(ledger, stored(approval('other')))).toHaveLength(1);
    // It was approved after the ledger was walked.
    expect(faults([], stored(approval('one', 12)))).toEqual([]);
  });

  it('is booked once', () => {
    expect(faults([...ledger, booked(7, 'two')], stored(approval('one')))).toEqual([
      `stocktake: stocktake ${TAKE} was booked before, at 6`,
    ]);
  });

  it('is set right from the ledger, and left alone where it is right', () => {
    const approvals = new Approvals();
    ledger.forEach((event) => approvals.add(event));
    const right = approvals.corrected(stored({}));
    expect(right).toMatchObject({ ...approval('one'), closedAt: '2026-01-01T10:00:00.000Z', closedBy: ANA });
    expect(approvals.corrected(right as StocktakeState)).toBeUndefined();
    expect(new Approvals().corrected(stored(approval('one')))).toMatchObject({ status: 'open', approval: null });
    expect(new Approvals().corrected(stored({ status: 'cancelled' }))).toBeUndefined();
  });
});
