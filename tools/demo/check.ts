import type { EventPage, ItemPage } from '@app/contracts';
import type { Api } from './api';
import type { Loaded } from './load';
import type { Expected } from './retail';

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

export async function sumCheck(api: Api, loaded: Loaded, expected: Expected): Promise<SumCheck> {
  const ledger = await readLedger(api, loaded);
  const quantities = await readQuantities(api);
  const check: SumCheck = {
    byDemo: 0,
    byOthers: 0,
    onHand: 0,
    events: ledger.events,
    position: ledger.position,
    faults: [],
  };
  for (const [sku, id] of loaded.ids) {
    const demo = ledger.byDemo.get(id) ?? 0;
    const others = ledger.byOthers.get(id) ?? 0;
    const onHand = quantities.get(id) ?? 0;
    check.byDemo += demo;
    check.byOthers += others;
    check.onHand += onHand;
    const file = expected.quantities.get(sku) ?? 0;
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

async function readLedger(api: Api, { operations, ids, before }: Loaded): Promise<LedgerSums> {
  const sums: LedgerSums = { byDemo: new Map(), byOthers: new Map(), events: 0, position: before };
  const own = new Set(ids.values());
  for (;;) {
    const path = `/events?after=${sums.position}&limit=1000`;
    const { events, position, head } = (await api.patiently<EventPage>({ path })).body;
    for (const { itemId, operationId, change } of events) {
      if (!own.has(itemId)) continue;
      const ofDemo = operations.has(operationId);
      const side = ofDemo ? sums.byDemo : sums.byOthers;
      side.set(itemId, (side.get(itemId) ?? 0) + change.onHand);
      if (ofDemo) sums.events++;
    }
    sums.position = position;
    if (position >= head) return sums;
  }
}

async function readQuantities(api: Api): Promise<Map<string, number>> {
  const quantities = new Map<string, number>();
  for (let cursor: string | null = ''; cursor !== null;) {
    const path: string = `/items?limit=200&sort=sku${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const { data, page }: ItemPage = (await api.patiently<ItemPage>({ path })).body;
    for (const { id, quantity } of data) quantities.set(id, quantity);
    cursor = page.nextCursor;
  }
  return quantities;
}
