import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';

interface RawSocket {
  send(text: string): void;
  on(event: 'message', heard: (data: Buffer) => void): void;
  on(event: 'close', heard: () => void): void;
}

interface RawServer {
  on(event: 'connection', heard: (socket: RawSocket) => void): void;
}

const OPEN = '0{"sid":"raw","upgrades":[],"pingInterval":600000,"pingTimeout":600000,"maxPayload":1000000}';
const CONNECTED = '40{"sid":"raw"}';
const SUBSCRIBE = /^42(\d+)\[/;

/**
 * The least that a broadcast can be: the `ws` that Socket.IO brings, and a loop that gives the same text to every socket. It says
 * just enough for the same clients to come in, so that both sides of the comparison have the same audience.
 */
function serve(): void {
  const Engine: new (options: object) => RawServer = new Server(createServer()).engine.opts.wsEngine;
  const http = createServer();
  const sockets = new Set<RawSocket>();
  new Engine({ server: http, perMessageDeflate: false }).on('connection', (socket) => {
    socket.send(OPEN);
    socket.on('message', (data) => {
      const text = data.toString();
      if (text.startsWith('40')) socket.send(CONNECTED);
      const number = SUBSCRIBE.exec(text)?.[1];
      if (number === undefined) return;
      sockets.add(socket);
      socket.send(`43${number}[{"ok":true}]`);
    });
    socket.on('close', () => sockets.delete(socket));
  });
  process.on('message', (frame: string) => sockets.forEach((socket) => socket.send(frame)));
  http.listen(0, '127.0.0.1', () => process.send?.((http.address() as AddressInfo).port));
}

// Whoever asked is gone, perhaps without a word.
process.once('disconnect', () => process.exit());
serve();
