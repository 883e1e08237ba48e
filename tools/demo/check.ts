import type { EventPage, Item, ItemPage } from '@app/contracts';
import type { Api } from './api';
import { NOTE, type Expected } from './retail';

/** Pieces of the demo's items, counted in three ways that must agree, and where they don't. */
export interface SumCheck {
  /** By the ledger: events of the demo, and those of others on the same items. */
  byDemo: number;
  byOthers: number;
  /** By `GET /items`. */
  onHand: number;
  /** Events of the demo. */
  events: number;
  /** The newest position that was read. */
  position: number;
  faults: string[];
}

const FAULTS_SHOWN = 10;

/** `after`: a position before the demo's first event. */
export async function sumCheck(api: Api, expected: Expected, after: number): Promise<SumCheck> {
  const items = await readItems(api, expected);
  const ledger = await readLedger(api, new Set([...items.values()].map(({ id }) => id)), after);
  const { events, position } = ledger;
  const check: SumCheck = { byDemo: 0, byOthers: 0, onHand: 0, events, position, faults: [] };
  for (const [sku, file] of expected.quantities) {
    const { id = '', quantity: onHand = 0 } = items.get(sku) ?? {};
    const demo = ledger.byDemo.get(id) ?? 0;
    const others = ledger.byOthers.get(id) ?? 0;
    check.byDemo += demo;
    check.byOthers += others;
    check.onHand += onHand;
    if (demo !== file) check.faults.push(`${sku}: ${file} by the file, ${demo} by the ledger`);
    if (demo + others !== onHand) check.faults.push(`${sku}: ${demo + others} by the ledger, ${onHand} on hand`);
  }
  check.faults.splice(FAULTS_SHOWN);
  return check;
}

interface LedgerSums {
  byDemo: Map<string, number>;
  byOthers: Map<string, number>;
  events: number;
  position: number;
}

async function readLedger(api: Api, own: ReadonlySet<string>, after: number): Promise<LedgerSums> {
  const sums: LedgerSums = { byDemo: new Map(), byOthers: new Map(), events: 0, position: after };
  for (;;) {
    const path = `/events?after=${sums.position}&limit=1000`;
    const { events, position: next, head } = (await api.patiently<EventPage>({ path })).body;
    for (const { itemId, type, note, change } of events) {
      if (!own.has(itemId)) continue;
      const ofDemo = note === NOTE || type === 'item.created';
      const side = ofDemo ? sums.byDemo : sums.byOthers;
      side.set(itemId, (side.get(itemId) ?? 0) + change.onHand);
      if (ofDemo) sums.events++;
    }
    sums.position = next;
    if (next >= head) return sums;
  }
}

/** The demo's items by sku. */
async function readItems(api: Api, { quantities }: Expected): Promise<Map<string, Pick<Item, 'id' | 'quantity'>>> {
  const found = new Map<string, Pick<Item, 'id' | 'quantity'>>();
  for (let cursor: string | null = ''; cursor !== null;) {
    const path: string = `/items?limit=200&sort=sku${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const { data, page }: ItemPage = (await api.patiently<ItemPage>({ path })).body;
    for (const { sku, id, quantity } of data) if (sku !== null && quantities.has(sku)) found.set(sku, { id, quantity });
    cursor = page.nextCursor;
  }
  return found;
}
