import type { Attempted, Evidence, Fact, Followed } from './evidence';

/** All that contradicts the promises; empty when they were kept. Each fault begins with the name of the check that found it. */
export function judge({ ledger, attempted, quantities, followed }: Evidence): string[] {
  return [
    ...judgeNumbers(ledger),
    ...judgeItems(ledger),
    ...judgeOperations(ledger, attempted),
    ...judgeQuantities(ledger, attempted, quantities),
    ...followed.flatMap((one) => judgeFollower(ledger, one)),
  ];
}

/** 1, 2, 3 … without a gap. */
function judgeNumbers(ledger: readonly Fact[]): string[] {
  return ledger.flatMap(({ position }, index) =>
    position === index + 1 ? [] : [`numbers: event ${index + 1} of the ledger has position ${position}`],
  );
}

/** Each item is one unbroken chain of figures, never below zero. */
function judgeItems(ledger: readonly Fact[]): string[] {
  const last = new Map<string, { seq: number; after: number }>();
  return ledger.flatMap(({ position, itemId, seq, change, before, after }) => {
    const previous = last.get(itemId) ?? { seq: 0, after: 0 };
    last.set(itemId, { seq, after });
    const faults: string[] = [];
    if (seq !== previous.seq + 1) faults.push(`chain: position ${position} has seq ${seq} after ${previous.seq}`);
    if (before !== previous.after)
      faults.push(`chain: position ${position} begins at ${before}, not at ${previous.after}`);
    if (after !== before + change) faults.push(`chain: position ${position}: ${before} and ${change} make ${after}`);
    if (after < 0) faults.push(`oversold: position ${position} leaves ${after}`);
    return faults;
  });
}

/** Acknowledged: exactly once. Refused: never. Unknown: at most once. And nothing that nobody asked for. */
function judgeOperations(ledger: readonly Fact[], attempted: readonly Attempted[]): string[] {
  const byTag = new Map<string, Fact[]>();
  for (const fact of ledger) {
    const facts = byTag.get(fact.tag ?? '');
    if (facts) facts.push(fact);
    else byTag.set(fact.tag ?? '', [fact]);
  }
  const faults = attempted.flatMap((one) => {
    const facts = byTag.get(one.tag) ?? [];
    byTag.delete(one.tag);
    return judgeOne(one, facts);
  });
  for (const [tag, [first]] of byTag)
    faults.push(`unasked: position ${first?.position} is of '${tag}', which was never sent`);
  return faults;
}

function judgeOne(one: Attempted, facts: readonly Fact[]): string[] {
  const { tag, outcome, operationId, position } = one;
  if (facts.length === 0)
    return outcome === 'acknowledged' ? [`lost: ${tag} was acknowledged and is not in the ledger`] : [];
  if (outcome === 'refused') return [`refused: ${tag} was refused and is in the ledger at ${facts[0]?.position}`];
  const operations = new Set(facts.map((fact) => fact.operationId));
  if (operations.size > 1 || facts.length > one.changes.length)
    return [`doubled: ${tag} is in the ledger at ${facts.map((fact) => fact.position).join(', ')}`];
  const faults: string[] = [];
  if (signature(facts) !== signature(one.changes, facts))
    faults.push(`altered: ${tag} is not in the ledger as it was sent`);
  if (facts.some((fact, index) => index > 0 && fact.position !== (facts[index - 1]?.position ?? 0) + 1))
    faults.push(`torn: the events of ${tag} do not have consecutive positions`);
  if (operationId !== undefined && !operations.has(operationId))
    faults.push(`answer: ${tag} was acknowledged as ${operationId}, the ledger has ${facts[0]?.operationId}`);
  if (position !== undefined && facts.at(-1)?.position !== position)
    faults.push(`answer: ${tag} was acknowledged at ${position}, the ledger has it at ${facts.at(-1)?.position}`);
  return faults;
}

/** Changes as text. A creation's item has no id until it is created: it is the one that the ledger names. */
function signature(changes: readonly { itemId?: string; change: number }[], created: readonly Fact[] = []): string {
  return changes
    .map(({ itemId, change }, index) => `${itemId ?? created[index]?.itemId} ${change}`)
    .sort()
    .join(', ');
}

/** The sum by the client's own account, by the ledger and by the items. */
function judgeQuantities(
  ledger: readonly Fact[],
  attempted: readonly Attempted[],
  quantities: Evidence['quantities'],
): string[] {
  const byLedger = new Map<string, number>();
  const happened = new Set<string>();
  for (const { itemId, change, tag } of ledger) {
    byLedger.set(itemId, (byLedger.get(itemId) ?? 0) + change);
    if (tag !== undefined) happened.add(tag);
  }
  const faults: string[] = [];
  for (const [itemId, quantity] of byLedger)
    if (quantities.get(itemId) !== quantity)
      faults.push(`sum: item ${itemId} has ${quantities.get(itemId)} pieces, its events make ${quantity}`);
  const pieces = (values: Iterable<number>): number => [...values].reduce((sum, value) => sum + value, 0);
  const oracle = attempted
    .filter(({ outcome, tag }) => outcome === 'acknowledged' || (outcome === 'unknown' && happened.has(tag)))
    .map(({ changes }) => pieces(changes.map(({ change }) => change)));
  const [sent, there] = [pieces(oracle), pieces(quantities.values())];
  if (sent !== there) faults.push(`sum: ${sent} pieces by the client's account, ${there} on hand`);
  return faults;
}

/** Each position exactly once, in order, up to the end, and the same event as the ledger has there. */
function judgeFollower(ledger: readonly Fact[], { name, from, positions, digests }: Followed): string[] {
  const faults: string[] = [];
  positions.forEach((position, index) => {
    const expected = from + index + 1;
    if (position !== expected) faults.push(`follower: ${name} got ${position} where ${expected} was due`);
    else if (ledger[position - 1]?.digest !== digests[index])
      faults.push(`follower: ${name} got another event ${position}`);
  });
  const head = ledger.at(-1)?.position ?? 0;
  if (from + positions.length !== head)
    faults.push(`follower: ${name} got ${positions.length} events after ${from}, not up to ${head}`);
  // After the first gap everything is off by one: the first few tell all.
  return faults.slice(0, 5);
}
