import type { Attempted, Evidence, Fact } from './evidence';
import { judge } from './judge';
import { PLANTS, spoil, type Plant } from './plant';

const QUANTITY = 10;

/** Two items, created and then moved in turns; the last operation was of unknown outcome and did not happen. */
function evidence(): Evidence {
  const ledger: Fact[] = [];
  const state = new Map<string, { seq: number; quantity: number }>();
  const attempted: Attempted[] = [];
  const add = (type: string, itemId: string, tag: string, change: number): void => {
    const { seq, quantity: before } = state.get(itemId) ?? { seq: 0, quantity: 0 };
    const after = before + change;
    state.set(itemId, { seq: seq + 1, quantity: after });
    const position = ledger.length + 1;
    const operationId = `operation of ${tag}`;
    const figures = { change, before, after, digest: `event ${position}` };
    ledger.push({ position, itemId, seq: seq + 1, type, operationId, tag, ...figures });
  };
  for (const item of ['a', 'b']) {
    add('item.created', item, `new-${item}`, QUANTITY);
    attempted.push({
      tag: `new-${item}`,
      outcome: 'acknowledged',
      changes: [{ change: QUANTITY }],
      position: ledger.length,
    });
  }
  for (let number = 0; number < 6; number++) {
    const tag = `move-${number}`;
    add('stock.issued', 'a', tag, -1);
    add('stock.received', 'b', tag, 2);
    const changes = [
      { itemId: 'a', change: -1 },
      { itemId: 'b', change: 2 },
    ];
    attempted.push({
      tag,
      outcome: number === 5 ? 'unknown' : 'acknowledged',
      changes,
      operationId: `operation of ${tag}`,
    });
  }
  attempted.push({ tag: 'never', outcome: 'unknown', changes: [{ itemId: 'a', change: 5 }] });
  attempted.push({ tag: 'too-much', outcome: 'refused', changes: [{ itemId: 'a', change: -50 }] });
  const positions = ledger.map(({ position }) => position).slice(2);
  const digests = ledger.map(({ digest }) => digest).slice(2);
  const quantities = new Map([...state].map(([itemId, { quantity }]) => [itemId, quantity]));
  return { ledger, attempted, quantities, followed: [{ name: 'socket', from: 2, positions, digests }] };
}

describe('the judge of the kill proof', () => {
  it('finds nothing where all promises were kept', () => {
    expect(judge(evidence())).toEqual([]);
  });

  const found: Record<Plant, RegExp> = {
    lost: /^lost: /,
    doubled: /^doubled: /,
    gap: /^numbers: /,
    sum: /^sum: /,
    refused: /^refused: /,
    altered: /^altered: /,
    'follower-gap': /^follower: /,
    'follower-twice': /^follower: /,
  };
  it.each(PLANTS)('finds a planted fault: %s', (plant) => {
    expect(judge(spoil(evidence(), plant))).toContainEqual(expect.stringMatching(found[plant]));
  });

  it('finds an operation that nobody sent', () => {
    const { attempted, ...rest } = evidence();
    expect(judge({ ...rest, attempted: attempted.slice(0, -3) })).toContainEqual(expect.stringMatching(/^unasked: /));
  });

  it('finds stock below zero, a broken chain and a torn operation', () => {
    const { ledger, ...rest } = evidence();
    const with3 = (change: Partial<Fact>): Evidence => ({
      ...rest,
      ledger: ledger.with(3, { ...ledger[3]!, ...change }),
    });
    expect(judge(with3({ after: -1 }))).toContainEqual(expect.stringMatching(/^oversold: /));
    expect(judge(with3({ seq: 7 }))).toContainEqual(expect.stringMatching(/^chain: .*seq 7/));
    expect(judge(with3({ before: 7 }))).toContainEqual(expect.stringMatching(/^chain: .*begins at 7/));
    expect(judge(with3({ position: 9 }))).toContainEqual(expect.stringMatching(/^torn: /));
  });

  it('finds an answer that says something else than the ledger', () => {
    const { attempted, ...rest } = evidence();
    const claim = (change: Partial<Attempted>): string[] =>
      judge({ ...rest, attempted: attempted.with(3, { ...attempted[3]!, ...change }) });
    expect(claim({ operationId: 'other' })).toContainEqual(expect.stringMatching(/^answer: /));
    expect(claim({ position: 1 })).toContainEqual(expect.stringMatching(/^answer: /));
  });

  it('finds an event that a follower was told differently, and one that it was not told', () => {
    const { followed, ...rest } = evidence();
    const [one] = followed;
    const other = { ...one!, digests: one!.digests.with(1, 'another event') };
    const short = { ...one!, digests: one!.digests.slice(0, -1), positions: one!.positions.slice(0, -1) };
    expect(judge({ ...rest, followed: [other] })).toEqual([expect.stringContaining('another event')]);
    expect(judge({ ...rest, followed: [short] })).toEqual([expect.stringContaining('not up to')]);
  });
});
