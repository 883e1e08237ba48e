/** Bodies of the reservation routes for the documentation. */
export const RESERVE_EXAMPLES = {
  cart: {
    summary: 'Hold two articles for a quarter of an hour',
    value: {
      lines: [
        { itemId: '65a1b2c3d4e5f60718293a4b', quantity: 2 },
        { itemId: '65a1b2c3d4e5f60718293a4c', quantity: 1, location: 'shop-berlin' },
      ],
      ttlSeconds: 900,
      reference: 'cart-17',
    },
  },
};

export const EXTEND_EXAMPLES = {
  hour: { summary: 'An hour from now', value: { ttlSeconds: 3_600 } },
};

export const FULFIL_EXAMPLES = {
  all: { summary: 'All that is still reserved', value: {} },
  part: {
    summary: 'One piece now, the rest later',
    value: { lines: [{ itemId: '65a1b2c3d4e5f60718293a4b', quantity: 1 }] },
  },
};
