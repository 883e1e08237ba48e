/** Bodies of the transfer routes for the documentation. */
export const DISPATCH_EXAMPLES = {
  van: {
    summary: 'Two articles to the shop',
    value: {
      from: 'main',
      to: 'shop-berlin',
      lines: [
        { itemId: '65a1b2c3d4e5f60718293a4b', quantity: 12 },
        { itemId: '65a1b2c3d4e5f60718293a4c', quantity: 6 },
      ],
      reference: 'van-3/2041',
    },
  },
};

export const RECEIVE_TRANSFER_EXAMPLES = {
  all: { summary: 'All that is under way', value: {} },
  part: {
    summary: 'Ten have arrived, the others are still to come',
    value: { lines: [{ itemId: '65a1b2c3d4e5f60718293a4b', quantity: 10 }] },
  },
};

export const CLOSE_TRANSFER_EXAMPLES = {
  shortage: { summary: 'The rest never arrived', value: { reason: 'one carton missing' } },
};
