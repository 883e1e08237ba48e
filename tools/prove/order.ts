import type { BatchResult, Item, Line, MovementResult, MovementRow } from '@app/contracts';
import type { Call } from '../demo/api';
import type { Attempted } from './evidence';
import type { Random } from './random';

/** One request of the load: what is sent, and what it does if it happens. */
export interface Order {
  call: Call;
  /** One for each operation in it: a batch has one for each row. */
  operations: Attempted[];
  /** Reads a good answer into the operations. */
  acknowledge: (body: unknown) => void;
}

export interface Article {
  id: string;
  sku: string;
}

type Named = Pick<Line, 'itemId' | 'sku' | 'type' | 'quantity'>;

interface Wanted {
  itemId: string;
  sku: string;
  type: 'receive' | 'issue' | 'adjust';
  quantity: number;
  change: number;
}

/** Makes up orders. One seed gives one series, though not one interleaving. */
export class OrderBook {
  private count = 0;

  constructor(
    private readonly random: Random,
    private readonly run: string,
    private readonly articles: Article[],
  ) {}

  next(): Order {
    const dice = this.random.next();
    if (dice < 0.02) return this.create();
    if (dice < 0.05) return this.update();
    if (dice < 0.15) return this.several();
    if (dice < 0.2) return this.batch();
    return this.single();
  }

  private create(): Order {
    const tag = this.tag('new');
    const quantity = this.random.whole(0, 50);
    const one: Attempted = { tag, outcome: 'unknown', changes: [{ change: quantity }] };
    const call: Call = { method: 'POST', path: '/items', body: { name: `Proof ${tag}`, sku: tag, quantity } };
    return this.order(call, [one], (body) => {
      const { id, position } = body as Item;
      Object.assign(one, { position });
      this.articles.push({ id, sku: tag });
    });
  }

  private update(): Order {
    const tag = this.tag('put');
    const { id } = this.random.pick(this.articles);
    const one: Attempted = { tag, outcome: 'unknown', changes: [{ itemId: id, change: 0 }] };
    const call: Call = { method: 'PUT', path: `/items/${id}`, body: { description: tag } };
    return this.order(call, [one], () => undefined);
  }

  private single(): Order {
    const tag = this.tag('one');
    const { itemId, change, type, quantity } = this.line();
    const one: Attempted = { tag, outcome: 'unknown', changes: [{ itemId, change }] };
    const body = { type, quantity, reason: 'proof', reference: tag };
    return this.order({ method: 'POST', path: `/items/${itemId}/movements`, body }, [one], (answer) =>
      Object.assign(one, placeOf(answer as MovementResult)),
    );
  }

  /** All lines or none, each of another item. */
  private several(): Order {
    const tag = this.tag('all');
    const lines = Array.from({ length: this.random.whole(2, 4) }, () => this.line());
    const different = [...new Map(lines.map((line) => [line.itemId, line])).values()];
    const changes = different.map(({ itemId, change }) => ({ itemId, change }));
    const one: Attempted = { tag, outcome: 'unknown', changes };
    const body = { lines: different.map((line) => this.named(line)), reason: 'proof', reference: tag };
    return this.order({ method: 'POST', path: '/movements', body }, [one], (answer) =>
      Object.assign(one, placeOf(answer as MovementResult)),
    );
  }

  /** Each row on its own. */
  private batch(): Order {
    const operations: Attempted[] = [];
    const rows = Array.from({ length: this.random.whole(5, 40) }, (): MovementRow => {
      const tag = this.tag('row');
      const line = this.line();
      operations.push({ tag, outcome: 'unknown', changes: [{ itemId: line.itemId, change: line.change }] });
      return { ...this.named(line), reason: 'proof', reference: tag };
    });
    return this.order({ method: 'POST', path: '/movements/batch', body: { rows } }, operations, (answer) => {
      for (const { row, status, operationId, position, problem } of (answer as BatchResult).results) {
        const operation = operations[row];
        if (operation && status === 'applied')
          Object.assign(operation, { outcome: 'acknowledged', operationId, position });
        else if (operation && problem && problem.status < 500) operation.outcome = 'refused';
        else if (operation) operation.outcome = 'unknown';
      }
    });
  }

  private order(call: Call, operations: Attempted[], read: (body: unknown) => void): Order {
    const key = this.random.chance(0.6) ? `${operations[0]?.tag}-key` : undefined;
    const acknowledge = (body: unknown): void => {
      for (const operation of operations) operation.outcome = 'acknowledged';
      read(body);
    };
    return { call: key === undefined ? call : { ...call, key }, operations, acknowledge };
  }

  /** Half of all movements want the same three items; more is issued than received, so that some are refused. */
  private line(): Wanted {
    const { random, articles } = this;
    const { id, sku } = random.chance(0.5) ? random.pick(articles.slice(0, 3)) : random.pick(articles);
    const quantity = random.whole(1, 9);
    const dice = random.next();
    if (dice < 0.4) return { itemId: id, sku, type: 'receive', quantity, change: quantity };
    if (dice < 0.9) return { itemId: id, sku, type: 'issue', quantity, change: -quantity };
    const change = random.chance(0.5) ? quantity : -quantity;
    return { itemId: id, sku, type: 'adjust', quantity: change, change };
  }

  /** As it is sent: the item by its id or by its sku, which must come to the same. */
  private named({ itemId, sku, type, quantity }: Wanted): Named {
    return { ...(this.random.chance(0.5) ? { itemId } : { sku }), type, quantity };
  }

  private tag(kind: string): string {
    return `${kind}-${this.run}-${this.count++}`;
  }
}

function placeOf({ operationId, position }: MovementResult): Pick<Attempted, 'operationId' | 'position'> {
  return { operationId, position };
}
