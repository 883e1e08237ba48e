// Serves page.html and passes /api on to the gateway, as a proxy in front would: `npm start`, then `npm run example:web`.
import { readFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const { STOCKWIRE_URL: gateway = 'http://127.0.0.1:6100', PORT = '8080' } = process.env;
const here = dirname(fileURLToPath(import.meta.url));
const socketIo = dirname(createRequire(import.meta.url).resolve('socket.io-client/dist/socket.io.js'));
const FILES = {
  '/': [join(here, 'page.html'), 'text/html'],
  '/client.js': [join(here, '../dist/index.mjs'), 'text/javascript'],
  '/socket.io.js': [join(socketIo, 'socket.io.esm.min.js'), 'text/javascript'],
};

const server = createServer((incoming, outgoing) => {
  const { url = '/', method, headers } = incoming;
  const [file, type] = FILES[url.replace(/\?.*/, '')] ?? [];
  if (file) {
    outgoing.setHeader('content-type', type);
    void readFile(file).then((content) => outgoing.end(content));
    return;
  }
  const onward = request(new URL(url, gateway), { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on('error', () => outgoing.writeHead(502).end());
  incoming.pipe(onward);
});
server.listen(Number(PORT), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
