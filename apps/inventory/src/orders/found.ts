import { noOrders, openIn, type KnownOrders, type OrderKind, type StateOf } from './kinds';

/** Orders that one group had to look up, over those that are always known, and who holds how many. */
export class FoundOrders implements KnownOrders {
  protected readonly states = noOrders();

  constructor(protected readonly known: KnownOrders) {}

  take<Kind extends OrderKind>(kind: Kind, state: StateOf<Kind>): void {
    this.states[kind].set(state.id, state);
  }

  get<Kind extends OrderKind>(kind: Kind, id: string): StateOf<Kind> | undefined {
    return this.states[kind].get(id) ?? this.known.get(kind, id);
  }

  openOf<Kind extends OrderKind>(kind: Kind, itemId: string, location?: string): StateOf<Kind>[] {
    return openIn(kind, this.states, this.known, [itemId, location]);
  }

  heldBy(holder: string): number {
    return this.known.heldBy(holder);
  }

  get mostHeld(): number {
    return this.known.mostHeld;
  }
}
