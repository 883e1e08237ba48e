import { LRUCache } from 'lru-cache';

type Code = { sku: string } | { barcode: string };

const MOST = 20_000;

/**
 * Which item has a sku or barcode. Codes change hands rarely, so when one may have, everything is forgotten, and so is what
 * was being looked up at that time.
 */
export class CodeIndex {
  private readonly ids = new LRUCache<string, string>({ max: MOST });
  private generation = 0;

  get(code: Code): string | undefined {
    return this.ids.get(keyOf(code));
  }

  /** To be called before looking up; what it returns keeps the outcome, unless codes have changed hands meanwhile. */
  begin(code: Code): (id: string) => void {
    const { generation } = this;
    return (id) => {
      if (generation === this.generation) this.ids.set(keyOf(code), id);
    };
  }

  clear(): void {
    this.generation++;
    // Emptying walks through all the places, also when nothing is in them.
    if (this.ids.size > 0) this.ids.clear();
  }
}

function keyOf(code: Code): string {
  return 'sku' in code ? `sku ${code.sku}` : `barcode ${code.barcode}`;
}
