/** Bodies of the webhook routes for the documentation. */
export const CREATE_WEBHOOK_EXAMPLES = {
  everything: { summary: 'Everything from now on', value: { url: 'https://shop.example.com/hooks/stockwire' } },
  sales: {
    summary: 'What is sold of one item, from the beginning',
    value: {
      url: 'https://shop.example.com/hooks/stockwire',
      types: ['stock.issued', 'stock.fulfilled'],
      itemIds: ['65a1b2c3d4e5f60718293a4b'],
      after: 0,
    },
  },
};

export const UPDATE_WEBHOOK_EXAMPLES = {
  move: { summary: 'Another address', value: { url: 'https://shop.example.com/v2/hooks' } },
  all: { summary: 'All types again', value: { types: null } },
  stop: { summary: 'Stop', value: { disabled: true } },
};

export const REPLAY_WEBHOOK_EXAMPLES = {
  some: { summary: 'Again what came after 1042', value: { after: 1_042 } },
};
