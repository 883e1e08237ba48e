/** Bodies of the expectation routes for the documentation. */
export const EXPECT_EXAMPLES = {
  order: {
    summary: 'A purchase order',
    value: {
      lines: [
        { itemId: '65a1b2c3d4e5f60718293a4b', quantity: 48, unitCost: 1.85 },
        { itemId: '65a1b2c3d4e5f60718293a4c', quantity: 20, location: 'shop-berlin' },
      ],
      expectedAt: '2026-02-01T08:00:00Z',
      supplier: 'Hearts & Co',
      reference: 'PO-2041',
    },
  },
};

export const RECEIVE_EXPECTATION_EXAMPLES = {
  all: { summary: 'All that was ordered', value: {} },
  part: {
    summary: 'A first delivery, at another price',
    value: { lines: [{ itemId: '65a1b2c3d4e5f60718293a4b', quantity: 24, unitCost: 1.9 }] },
  },
  more: {
    summary: 'Two more than were ordered, which are kept',
    value: { lines: [{ itemId: '65a1b2c3d4e5f60718293a4b', quantity: 50 }], acceptMore: true },
  },
};
