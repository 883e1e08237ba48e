// Follows everything, and one item that it sells: `npm start`, then in another terminal
//   PASSWORD=… npm run example:node
import { Stockwire } from '@stockwire/client';

const { STOCKWIRE_URL: url = 'http://127.0.0.1:6100', SOCKET_URL: socketUrl, EMAIL, PASSWORD } = process.env;
if (!PASSWORD) {
  console.error('Set PASSWORD to what `npm start` printed the first time.');
  process.exit(1);
}
const stock = new Stockwire({ url, socketUrl });
await stock.login(EMAIL ?? 'admin@stockwire.local', PASSWORD);

stock.room('items').subscribe(
  (change) => {
    if (change.kind === 'event') console.log(`${change.position} ${change.event.type} ${change.event.name}`);
    else console.log(`following from position ${change.position}`);
  },
  { onStatus: (status, problem) => console.log(`everything: ${status} ${problem?.message ?? ''}`) },
);

const heart = await stock.api.post('/items', { body: { name: 'White hanging heart', quantity: 10, reorderLevel: 3 } });
const sale = { lines: [{ itemId: heart.id, type: 'issue', quantity: 3 }], reason: 'sale' };
await new Promise((sold) => {
  stock.item(heart.id).subscribe((item, { kind }) => {
    console.log(`${item?.name}: ${item?.available} available`);
    if (kind === 'snapshot') void stock.api.post('/movements', { body: sale });
    else sold();
  });
});

if (!process.stdin.isTTY) stock.close();
else console.log('Change something, or stop and start Stockwire; Ctrl-C ends this.');
