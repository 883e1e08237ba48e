import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { GatewayConfig } from '../gateway.config';
import { socketUrl } from '../http/socket-address';

const PAGE = join(__dirname, 'page');
/** The bundle for browsers that the package brings; only its neighbour is exported by name. */
const SOCKET_IO = join(dirname(require.resolve('socket.io-client/dist/socket.io.js')), 'socket.io.esm.min.js');

const SCRIPT = 'text/javascript; charset=utf-8';
const FILES = [
  ['/console', join(PAGE, 'index.html'), 'text/html; charset=utf-8'],
  ['/console/console.css', join(PAGE, 'console.css'), 'text/css; charset=utf-8'],
  ['/console/console.js', join(PAGE, 'console.js'), SCRIPT],
  ['/console/follower.js', join(PAGE, 'follower.js'), SCRIPT],
  ['/console/session.js', join(PAGE, 'session.js'), SCRIPT],
  ['/console/socket.io.js', SOCKET_IO, SCRIPT],
] as const;

/** Serves the page to try the sockets at `/console`. Everything on it comes from here, so its policy allows nothing else. */
export function serveConsole(app: NestFastifyApplication, config: Readonly<GatewayConfig>): void {
  const fastify = app.getHttpAdapter().getInstance();
  for (const [path, file, type] of FILES) {
    const content = readFileSync(file);
    fastify.get(path, (request, reply) =>
      reply
        .headers({ 'content-type': type, 'content-security-policy': policy(socketUrl(config, request.host)) })
        .send(content),
    );
  }
  fastify.get('/console/settings.json', (request) => ({ socketUrl: socketUrl(config, request.host) }));
}

function policy(sockets: string): string {
  const { host } = new URL(sockets, 'http://localhost');
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    'img-src data:',
    // Behind a proxy the scheme of the page is not known here.
    `connect-src 'self' ws://${host} wss://${host}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
