import type { Fault, LedgerEvent, Totals } from '@app/contracts';
import { alerted, crossingOf, evolveEntry } from '../items/alert';
import { evolve, levelAt, totalsOf, unborn, type ItemState } from '../items/item';
import { canonicalJson, chainHash, GENESIS } from './chain';
import type { Entry } from './ledger.repository';
import { Approvals } from '../stocktakes/approvals';
import { OrderCheck } from './order-check';

const MOST_FAULTS = 100;

/** Walks the ledger from its first event and notes every promise that is broken. Holds the states of all items, for the projections. */
export class Verification {
  readonly faults: Fault[] = [];
  readonly states = new Map<string, ItemState>();
  readonly orders = new OrderCheck((...fault) => this.fault(...fault));
  readonly approvals = new Approvals((...fault) => this.fault(...fault));
  private position = 0;
  private hash = GENESIS;
  private at = '';
  private operation = { id: '', left: 0 };
  private readonly reversed = new Set<number>();

  constructor(private readonly known?: { position: number; hash: string }) {}

  /** The last event checked. */
  get last(): { position: number; hash: string } {
    return { position: this.position, hash: this.hash };
  }

  fault(position: number, kind: string, detail: string): void {
    if (this.faults.length < MOST_FAULTS) this.faults.push({ position, kind, detail });
  }

  add(entry: Entry): void {
    const { event, hash, operation } = entry;
    const { position } = event;
    if (position !== this.position + 1) this.fault(position, 'position', `follows ${this.position}`);
    if (chainHash(this.hash, event) !== hash)
      this.fault(position, 'hash', 'the event or one before it is not what was written');
    if (this.known?.position === position && this.known.hash !== hash) {
      this.fault(position, 'known-hash', 'the hash here is another one than the one that was kept');
    }
    if (event.at < this.at) this.fault(position, 'time', `${event.at} is before ${this.at}`);
    this.checkOperation(event, operation?.size);
    this.checkReversal(event);
    this.fold(entry);
    this.orders.add(event);
    this.approvals.add(event);
    this.position = position;
    this.hash = hash;
    this.at = event.at;
  }

  /** Compares a stored item with the fold up to its own seq; `later` are the item's events after the walk. */
  compare(stored: ItemState, later: readonly Entry[]): void {
    let state = this.states.get(stored.id);
    for (const entry of later) {
      const { seq } = entry.event;
      if (seq > (state?.seq ?? 0) && seq <= stored.seq) state = evolveEntry(state ?? unborn(stored.id), entry);
    }
    if (!state) this.fault(stored.position, 'projection', `item ${stored.id} has no event`);
    else if (canonicalJson(plain(state)) !== canonicalJson(plain(stored))) {
      this.fault(
        stored.position,
        'projection',
        `item ${stored.id} is not the sum of its events up to seq ${stored.seq}`,
      );
    }
  }

  private checkOperation({ operationId, position }: LedgerEvent, size: number | undefined): void {
    if (this.operation.left > 0 && (operationId !== this.operation.id || size !== undefined)) {
      this.fault(position, 'operation', `operation ${this.operation.id} is not complete`);
    } else if (this.operation.left === 0 && size === undefined) {
      this.fault(position, 'operation', `operation ${operationId} has no beginning`);
    }
    if (size !== undefined) this.operation = { id: operationId, left: size };
    this.operation.left = Math.max(0, this.operation.left - 1);
  }

  private checkReversal({ position, links: { reverses } }: LedgerEvent): void {
    if (reverses === undefined) return;
    if (reverses >= position) this.fault(position, 'reversal', `takes back ${reverses}, which comes later`);
    if (this.reversed.has(reverses)) this.fault(position, 'reversal', `${reverses} was taken back before`);
    this.reversed.add(reverses);
  }

  private fold({ event, alert }: Entry): void {
    const { itemId, position } = event;
    const before = this.states.get(itemId) ?? unborn(itemId);
    if (event.seq !== before.seq + 1)
      this.fault(position, 'seq', `item ${itemId} goes from ${before.seq} to ${event.seq}`);
    if (!sameTotals(event.before, totalsOf(before)))
      this.fault(position, 'before', `item ${itemId} had other figures before`);
    const after = evolve(before, event, event);
    if (!sameTotals(event.after, totalsOf(after)))
      this.fault(position, 'after', `item ${itemId} has other figures after`);
    if (event.location !== null) this.checkLevel(event, after, event.location);
    if (alert && canonicalJson(alert) !== canonicalJson(crossingOf(after)))
      this.fault(position, 'alert', `item ${itemId} did not become ${alert.kind} here`);
    this.states.set(itemId, alert ? alerted(after, alert) : after);
  }

  private checkLevel(event: LedgerEvent, after: ItemState, location: string): void {
    const { onHand, reserved, unavailable, incoming } = levelAt(after, location);
    if (canonicalJson(event.level) !== canonicalJson({ onHand, reserved, unavailable, incoming })) {
      this.fault(event.position, 'level', `item ${after.id} has other figures at ${location}`);
    }
    if (Math.min(reserved, unavailable, incoming, onHand - reserved - unavailable) < 0)
      this.fault(event.position, 'negative', `item ${after.id} is below zero at ${location}`);
  }
}

function plain({ levels, ...state }: ItemState): object {
  return { ...state, levels: levels.toRecord() };
}

function sameTotals(a: Totals, b: Totals): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
