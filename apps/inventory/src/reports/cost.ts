import type { CostMethod, EventType } from '@app/contracts';

/** What the cost of stock needs of an event. */
export interface CostFact {
  type: EventType;
  position: number;
  onHand: number;
  unitCost: number | null;
  /** The item's price from this event on, where the event says one. */
  unitPrice?: number;
  /** The position that it takes back. */
  reverses?: number;
  /** What it carries pieces by, if that takes a while. */
  transferId?: string;
}

/** Layers that are used up and still in memory. */
const MOST_USED_UP = 1_000;

/** Where pieces are that are carried at once. */
const AT_ONCE = '';

/** Pieces that cost the same. */
interface Layer {
  /** Of the event that brought them. */
  position: number;
  quantity: number;
  unitCost: number;
}

/** What the pieces of one item cost, event by event, in the order in which they were recorded. */
export abstract class Costs {
  /** What a piece cost last: for pieces that come without a cost when there are none. Unknown until a cost was told. */
  private last: number | undefined;
  /** The costs that were told, by position, without those of receipts that were taken back. */
  private readonly paid = new Map<number, number>();
  private unitPrice = 0;
  /** Positions at which pieces were carried at once: what takes that back carries them, too. */
  private readonly carried = new Set<number>();

  abstract readonly quantity: number;
  abstract readonly value: number;
  protected abstract bring(fact: CostFact, unitCost: number): void;
  protected abstract takeOut(fact: CostFact): void;
  /** Pieces that leave one place of the item for another keep what they cost, each transfer's for itself. */
  protected abstract send(quantity: number, transferId: string): void;
  protected abstract arrive(fact: CostFact): void;
  protected abstract get known(): number | undefined;

  take(fact: CostFact): void {
    if (fact.unitPrice !== undefined) this.unitPrice = fact.unitPrice;
    const carries = this.carries(fact);
    if (carries && fact.onHand < 0) this.send(-fact.onHand, fact.transferId ?? AT_ONCE);
    else if (carries) this.arrive(fact);
    else if (fact.onHand > 0) this.bring(fact, this.costOf(fact));
    else if (fact.onHand < 0) this.takeOut(fact);
    this.learn(fact);
  }

  private learn({ position, onHand, unitCost, reverses }: CostFact): void {
    if (reverses === undefined && onHand > 0 && unitCost !== null) this.paid.set(position, unitCost);
    const forgotten = reverses !== undefined && this.paid.delete(reverses);
    if (this.paid.size === 0) this.last = undefined;
    // What there was may have cost what is forgotten now; what was paid before that may not.
    else if (forgotten) this.last = this.known ?? [...this.paid.values()].at(-1);
    else this.last = this.known ?? this.last;
  }

  /** Of pieces that come in: what was paid, else what the others cost, else what they are sold for. What comes back was not bought. */
  protected costOf({ unitCost, reverses }: CostFact): number {
    const paid = reverses === undefined ? unitCost : null;
    return paid ?? this.known ?? this.last ?? this.unitPrice;
  }

  /** What a piece cost by all that is known without a receipt: what was paid last, else what it is sold for. */
  protected costWithout(position: number): number {
    const others = [...this.paid].filter(([other]) => other !== position);
    return others.at(-1)?.[1] ?? this.unitPrice;
  }

  private carries({ type, position, reverses, transferId }: CostFact): boolean {
    if (reverses !== undefined) return this.carried.has(reverses);
    if (type !== 'stock.transferred_out' && type !== 'stock.transferred_in') return false;
    if (transferId === undefined) this.carried.add(position);
    return true;
  }
}

/** Moving weighted average: each receipt makes a new average, and what goes out goes at the average (IAS 2, paragraph 27). */
class AverageCosts extends Costs {
  quantity = 0;
  value = 0;
  private readonly underWay = new Map<string, { quantity: number; value: number }>();
  /** What pieces cost that came without a cost, by position. */
  private readonly assumed = new Map<number, number>();

  protected get known(): number | undefined {
    return this.quantity > 0 ? this.value / this.quantity : undefined;
  }

  protected bring({ onHand, position, unitCost: paid }: CostFact, unitCost: number): void {
    if (paid === null) this.assumed.set(position, unitCost);
    this.move(onHand, onHand * unitCost);
  }

  protected takeOut({ onHand, unitCost, reverses }: CostFact): void {
    // A receipt that is taken back takes with it what it brought.
    const brought = reverses === undefined ? undefined : (unitCost ?? this.assumed.get(reverses));
    const value = onHand * (brought ?? this.known ?? 0);
    // Some of it has gone meanwhile, for less than it had brought. What others cost is not to make up for that.
    const short = toMoney(this.value + value) < 0;
    this.move(onHand, value);
    if (short && reverses !== undefined) this.value = this.quantity * this.costWithout(reverses);
  }

  protected send(quantity: number, transferId: string): void {
    const value = quantity * (this.known ?? 0);
    const before = this.underWay.get(transferId) ?? { quantity: 0, value: 0 };
    this.move(-quantity, -value);
    this.underWay.set(transferId, { quantity: before.quantity + quantity, value: before.value + value });
  }

  protected arrive(fact: CostFact): void {
    const { transferId = AT_ONCE } = fact;
    const { quantity, value } = this.underWay.get(transferId) ?? { quantity: 0, value: 0 };
    const sent = Math.min(fact.onHand, quantity);
    const share = sent > 0 ? (value * sent) / quantity : 0;
    if (sent === quantity) this.underWay.delete(transferId);
    else this.underWay.set(transferId, { quantity: quantity - sent, value: value - share });
    this.move(fact.onHand, share + (fact.onHand - sent) * this.costOf(fact));
  }

  private move(quantity: number, value: number): void {
    this.quantity += quantity;
    // Nothing costs nothing, whatever was rounded on the way.
    this.value = this.quantity === 0 ? 0 : Math.max(0, this.value + value);
  }
}

/** First in, first out: what goes out is what came first, so what is there is what came last (IAS 2, paragraph 27). */
class FifoCosts extends Costs {
  quantity = 0;
  private layers: Layer[] = [];
  /** Layers before this place are used up. */
  private first = 0;
  private readonly underWay = new Map<string, Layer[]>();

  get value(): number {
    let value = 0;
    for (let at = this.first; at < this.layers.length; at++) value += worth(this.layers[at]);
    return value;
  }

  protected get known(): number | undefined {
    return this.quantity > 0 ? this.layers.at(-1)?.unitCost : undefined;
  }

  protected bring({ onHand, position, reverses }: CostFact, unitCost: number): void {
    const layer = { position, quantity: onHand, unitCost };
    // What was taken out by mistake was the oldest, and is so again.
    if (reverses === undefined) this.layers.push(layer);
    else this.toFront([{ ...layer, unitCost: this.layers[this.first]?.unitCost ?? unitCost }]);
    this.quantity += onHand;
  }

  protected takeOut({ onHand, reverses }: CostFact): void {
    this.pop(reverses === undefined ? -onHand : this.withdraw(-onHand, reverses));
  }

  /** Takes away what came at a position, wherever it was carried since; returns how many pieces of it are gone already. */
  private withdraw(quantity: number, position: number): number {
    let left = quantity;
    for (const own of this.layers) {
      if (own.position !== position) continue;
      const taken = Math.min(own.quantity, left);
      own.quantity -= taken;
      left -= taken;
    }
    this.quantity -= quantity - left;
    // A layer that is empty must not say what a piece costs.
    this.layers = this.layers.filter((layer) => layer.quantity > 0);
    this.first = 0;
    return left;
  }

  protected send(quantity: number, transferId: string): void {
    this.underWay.set(transferId, [...(this.underWay.get(transferId) ?? []), ...this.pop(quantity)]);
  }

  protected arrive(fact: CostFact): void {
    const { transferId = AT_ONCE } = fact;
    const underWay = this.underWay.get(transferId) ?? [];
    const arrived: Layer[] = [];
    let left = fact.onHand;
    for (let layer = underWay[0]; layer && left > 0; layer = underWay[0]) {
      const quantity = Math.min(layer.quantity, left);
      arrived.push({ ...layer, quantity });
      layer.quantity -= quantity;
      left -= quantity;
      if (layer.quantity === 0) underWay.shift();
    }
    if (underWay.length === 0) this.underWay.delete(transferId);
    if (left > 0) arrived.push({ position: fact.position, quantity: left, unitCost: this.costOf(fact) });
    this.toFront(arrived);
    this.quantity += fact.onHand;
  }

  private toFront(layers: readonly Layer[]): void {
    this.layers = [...layers, ...this.layers.slice(this.first)];
    this.first = 0;
  }

  private pop(quantity: number): Layer[] {
    const popped: Layer[] = [];
    this.quantity -= quantity;
    for (let left = quantity; left > 0;) {
      const layer = this.layers[this.first];
      if (!layer) break;
      const taken = Math.min(layer.quantity, left);
      if (taken > 0) popped.push({ ...layer, quantity: taken });
      layer.quantity -= taken;
      left -= taken;
      if (layer.quantity === 0) this.first++;
    }
    if (this.first > MOST_USED_UP) this.toFront([]);
    return popped;
  }
}

function worth(layer: Layer | undefined): number {
  return layer ? layer.quantity * layer.unitCost : 0;
}

export function costsBy(method: CostMethod): Costs {
  return method === 'fifo' ? new FifoCosts() : new AverageCosts();
}

/** Money is shown with four decimals, as prices are given. */
export function toMoney(amount: number): number {
  return Math.round(amount * 10_000) / 10_000;
}
