/** Bodies of the stocktake routes for the documentation. */
export const OPEN_EXAMPLES = {
  location: { summary: 'Everything on hand in the shop', value: { location: 'shop-berlin' } },
  shelf: {
    summary: 'One category, also what should be sold out',
    value: { location: 'main', filter: { category: 'decoration' }, includeZero: true, note: 'Aisle 3, left side' },
  },
};

export const COUNT_EXAMPLES = {
  shelf: {
    summary: 'Counted by hand',
    value: {
      counts: [
        { sku: '85123A', quantity: 12 },
        { itemId: '65a1b2c3d4e5f60718293a4b', quantity: 0 },
      ],
    },
  },
  scan: {
    summary: 'Scanned, piece by piece',
    value: { counts: [{ barcode: '4006381333931', quantity: 1, mode: 'add' }] },
  },
  mistake: {
    summary: 'That was another item: as if it had not been counted',
    value: { counts: [{ sku: '85123A', mode: 'clear' }] },
  },
};

export const APPROVE_EXAMPLES = {
  counted: { summary: 'Only what was counted', value: {} },
  all: { summary: 'What nobody has found is not there', value: { uncounted: 'zero', reason: 'year-end count' } },
};
