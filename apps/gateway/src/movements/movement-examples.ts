/** Bodies of `POST /movements` for the documentation, one for each thing that people do. */
export const MOVEMENT_EXAMPLES = {
  sale: {
    summary: 'Sell three',
    value: { lines: [{ sku: '85123A', type: 'issue', quantity: 3 }], reason: 'sale', reference: '536365' },
  },
  delivery: {
    summary: 'Receive a delivery of two items, with its costs',
    value: {
      lines: [
        { sku: '85123A', type: 'receive', quantity: 24, unitCost: 1.1 },
        { sku: '71053', type: 'receive', quantity: 6, unitCost: 2.05 },
      ],
      reference: 'PO-4711',
    },
  },
  transfer: {
    summary: 'Carry five from the main store to a shop',
    value: {
      lines: [{ sku: '85123A', type: 'transfer', quantity: 5, location: 'main', toLocation: 'shop-berlin' }],
      reference: 'van 2',
    },
  },
  count: {
    summary: 'Count what is on a shelf, unless it has changed since it was looked at',
    value: {
      lines: [{ sku: '85123A', type: 'count', quantity: 17, location: 'shop-berlin', changeFrom: 18 }],
      reason: 'weekly count',
    },
  },
  setAside: {
    summary: 'Set two damaged pieces aside',
    value: { lines: [{ sku: '85123A', type: 'set_aside', quantity: 2 }], reason: 'damaged' },
  },
};
