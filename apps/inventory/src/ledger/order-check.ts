import type { LedgerEvent } from '@app/contracts';
import { hash } from 'node:crypto';
import { kindOf, noOrders, ORDER_KINDS, RULES, sizeOf, type OrderKind, type StateOf } from '../orders/kinds';
import { openAt } from '../orders/order';
import { canonicalJson } from './chain';

type Report = (position: number, kind: string, detail: string) => void;

/**
 * The part of a verification that concerns reservations, transfers and expectations: whatever is reserved or on its way belongs to
 * one, so that these figures of the items are the sums of what is open in them; nothing is given back, issued or received twice; and
 * what is stored is the sum of the events.
 */
export class OrderCheck {
  private readonly open = noOrders();
  /** The finished ones, of which there may be millions: what they came to, and where. */
  private readonly finished: Record<OrderKind, Map<string, { position: number; digest: string }>> = {
    reservation: new Map(),
    transfer: new Map(),
    expectation: new Map(),
  };

  /** Those that have ended with the operation that is being walked through: it may have more to say of them. */
  private ended = noOrders();
  private operationId = '';

  constructor(private readonly fault: Report) {}

  add(event: LedgerEvent): void {
    const { position, change, links } = event;
    const kind = kindOf(links);
    const figure = kind && RULES[kind].figure;
    if (change.reserved !== 0 && figure !== 'reserved')
      this.fault(position, 'reservation', 'what is reserved belongs to no reservation');
    if (change.incoming !== 0 && figure !== 'incoming')
      this.fault(position, 'incoming', 'what is on its way belongs to no transfer and to no expectation');
    if (!kind) return;
    if (event.operationId !== this.operationId && sizeOf(this.ended) > 0) this.ended = noOrders();
    this.operationId = event.operationId;
    this.addTo(kind, event);
  }

  private addTo<Kind extends OrderKind>(kind: Kind, event: LedgerEvent): void {
    const { position, itemId, change, links, fields } = event;
    const rules = RULES[kind];
    const id = links[rules.link] ?? '';
    const location = event.location ?? '';
    const before = this.open[kind].get(id) ?? this.ended[kind].get(id);
    if (!before && this.finished[kind].has(id)) this.fault(position, kind, `${kind} ${id} was finished before`);
    if (rules.begins(event) !== (fields?.status?.[0] === null))
      this.fault(position, kind, `${kind} ${id} begins by what is no beginning`);
    const after = rules.evolve(before, event);
    const taken = openAt(after, itemId, location) - (before ? openAt(before, itemId, location) : 0);
    if (taken !== change[rules.figure]) this.fault(position, kind, `${kind} ${id} has no such item at ${location}`);
    if (openAt(after, itemId, location) < 0) this.fault(position, kind, `${kind} ${id} gives more than it had`);
    const fault = rules.faultIn?.(event, after);
    if (fault !== undefined) this.fault(position, kind, fault);
    this.keep(kind, after);
  }

  /** Compares a stored order with the fold of its events up to a position. */
  compare<Kind extends OrderKind>(kind: Kind, stored: StateOf<Kind>, upTo: number): void {
    const { id, position, status } = stored;
    const open = this.open[kind].get(id);
    const digest = open ? digestOf(open) : this.finished[kind].get(id)?.digest;
    this.open[kind].delete(id);
    this.finished[kind].delete(id);
    // One that has moved on since is checked by the next verification.
    if (position > upTo) return;
    if (digest === undefined) this.fault(position, kind, `${kind} ${id} has no event`);
    else if (digest !== digestOf(stored)) this.fault(position, kind, `${kind} ${id} is not the sum of its events`);
    else if (open && RULES[kind].isOpen(open) !== hasAnyOpen(open))
      this.fault(position, kind, `${kind} ${id} is ${status}, and ${hasAnyOpen(open) ? 'some' : 'none'} of it is open`);
  }

  /** Those that were not compared are not stored. */
  end(): void {
    for (const kind of ORDER_KINDS)
      for (const [id, { position }] of [...this.open[kind], ...this.finished[kind]])
        this.fault(position, kind, `${kind} ${id} is not stored`);
  }

  private keep<Kind extends OrderKind>(kind: Kind, state: StateOf<Kind>): void {
    if (RULES[kind].isOpen(state) || hasAnyOpen(state)) this.open[kind].set(state.id, state);
    else {
      this.open[kind].delete(state.id);
      this.ended[kind].set(state.id, state);
      this.finished[kind].set(state.id, { position: state.position, digest: digestOf(state) });
    }
  }
}

function hasAnyOpen(state: StateOf<OrderKind>): boolean {
  return state.lines.some(({ open }: { open: number }) => open !== 0);
}

function digestOf(state: StateOf<OrderKind>): string {
  return hash('sha256', canonicalJson(state), 'base64');
}
