import { codesTouched, create, madeSku, remove, restore, stale, update } from './catalogue';
import { evolve, itemOf, unborn, type Draft, type ItemState } from './item';
import { isRejection, type Rejection } from './rejection';

const ID = 'a'.repeat(24);
const NOW = '2026-03-01T12:00:00.000Z';

function after(item: ItemState, drafts: Draft[] | Rejection): ItemState {
  if (isRejection(drafts)) throw new Error(drafts.rejected);
  return drafts.reduce(
    (state, draft) => evolve(state, draft, { seq: state.seq + 1, position: state.position + 1, at: NOW }),
    item,
  );
}

const heart = (): ItemState =>
  after(unborn(ID), create(ID, { name: 'heart', sku: 'A1', barcodes: ['b1'], quantity: 5, category: 'gift' }, NOW));

describe('the catalogue', () => {
  it('creates with one event, whose change is the quantity', () => {
    const [created, ...rest] = create(ID, { name: 'heart', quantity: 5 }, NOW);
    expect(rest).toEqual([]);
    expect(created).toMatchObject({ type: 'item.created', location: 'main', change: { onHand: 5 } });
    expect(itemOf(heart())).toMatchObject({
      quantity: 5,
      available: 5,
      levels: [{ location: 'main', onHand: 5 }],
      tags: [],
      seq: 1,
    });
  });

  it('creates without a quantity at no location', () => {
    expect(create(ID, { name: 'heart' }, NOW)[0]).toMatchObject({ location: null, change: { onHand: 0 } });
  });

  it('makes a sku of the id for an item that is given none, and only then', () => {
    const made = after(unborn('65a1b2c3d4e5f60718293a4b'), create('65a1b2c3d4e5f60718293a4b', { name: 'heart' }, NOW));
    expect(made.sku).toBe('SKU-7P0WC2JEJB');
    expect(codesTouched(unborn(ID), create(ID, { name: 'heart' }, NOW)[0] as Draft)).toEqual([`sku:${madeSku(ID)}`]);
    expect(madeSku('0'.repeat(24))).toBe('SKU-0000000000');
    expect(heart().sku).toBe('A1');
  });

  it('makes no event of an update that changes nothing', () => {
    expect(update(heart(), { name: 'heart', quantity: 5, barcodes: ['b1'], attributes: {} }, NOW)).toEqual([]);
  });

  it('splits an update of fields and quantity into an update and a count', () => {
    const drafts = update(heart(), { name: 'star', quantity: 3 }, NOW);
    expect(drafts).toMatchObject([
      { type: 'item.updated', fields: { name: ['heart', 'star'] } },
      { type: 'stock.counted', location: 'main', change: { onHand: -2 } },
    ]);
    expect(after(heart(), drafts)).toMatchObject({ name: 'star', quantity: 3 });
  });

  it('clears what null clears', () => {
    expect(after(heart(), update(heart(), { category: null }, NOW)).category).toBeNull();
  });

  it('writes off what is left before it deletes, and frees the codes', () => {
    const drafts = remove(heart(), NOW);
    expect(drafts).toMatchObject([{ type: 'stock.written_off', change: { onHand: -5 } }, { type: 'item.deleted' }]);
    expect(after(heart(), drafts)).toMatchObject({ deleted: true, quantity: 0 });
    expect(codesTouched(heart(), (drafts as Draft[])[1] as Draft)).toEqual(['sku:A1', 'barcode:b1']);
  });

  it('does not delete what is reserved', () => {
    expect(remove({ ...heart(), reserved: 1 }, NOW)).toMatchObject({ rejected: 'item-reserved' });
  });

  it('restores with nothing on hand, and only what is deleted', () => {
    const gone = after(heart(), remove(heart(), NOW));
    expect(after(gone, restore(gone, NOW))).toMatchObject({ deleted: false, quantity: 0, sku: 'A1' });
    expect(restore(heart(), NOW)).toEqual([]);
  });

  it('tells the codes that an update takes and frees', () => {
    const [draft] = update(heart(), { sku: 'A2', barcodes: ['b1', 'b2'] }, NOW) as Draft[];
    expect(codesTouched(heart(), draft as Draft)).toEqual(['sku:A1', 'sku:A2', 'barcode:b2']);
  });

  it('accepts the versions that the client saw, and shows the current one otherwise', () => {
    expect(stale(heart(), undefined)).toBeUndefined();
    expect(stale(heart(), [7, 1])).toBeUndefined();
    expect(stale(heart(), [])).toMatchObject({ rejected: 'stale-version', extra: { current: { id: ID } } });
  });
});
