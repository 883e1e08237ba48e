import { problemOf, type DomainError } from '@app/common';
import type { INestApplication } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { MessageMappingProperties } from '@nestjs/websockets';
import type { Server as HttpServer } from 'node:http';
import type { Socket as Connection } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { NotificationConfig } from '../notification.config';
import { BOUNDS } from './bounds';
import { DoorService } from './door.service';

/** The Socket.IO server beside the HTTP server, with the options that this app rests on. */
export class SocketAdapter extends IoAdapter {
  constructor(private readonly app: INestApplication) {
    super(app);
  }

  override createIOServer(): Server {
    const { corsOrigins } = this.app.get(NotificationConfig);
    const door = this.app.get(DoorService);
    const http: HttpServer = this.app.getHttpServer();
    const server = new Server(http, {
      transports: ['websocket'],
      serveClient: false,
      // With it every message would be compressed for each socket: five times the CPU and the memory.
      perMessageDeflate: false,
      maxHttpBufferSize: BOUNDS.messageBytes,
      connectTimeout: BOUNDS.connectTimeoutMs,
      pingInterval: BOUNDS.pingIntervalMs,
      pingTimeout: BOUNDS.pingTimeoutMs,
      cors: { origin: corsOrigins.includes('*') ? '*' : corsOrigins },
      allowRequest: (request, decide) => {
        const refusal = door.closedFor(server.engine.clientsCount);
        if (refusal) turnAway(request.socket, refusal);
        decide(refusal?.detail, refusal === undefined);
      },
    });
    return server;
  }

  /** Plain listeners: requests are answered by hand, and each socket would keep Nest's streams around every kind of them. */
  override bindMessageHandlers(socket: Socket, handlers: MessageMappingProperties[]): void {
    for (const { message, callback } of handlers) {
      socket.on(String(message), (...args: unknown[]) => {
        const ack = typeof args.at(-1) === 'function' ? args.pop() : undefined;
        void callback(args.length > 1 ? args : args[0], ack);
      });
    }
  }
}

/** Engine.IO would say 400, which nobody takes for a reason to come again, nor nginx for one to ask the next process. */
function turnAway(connection: Connection, refusal: DomainError): void {
  const body = JSON.stringify(problemOf(refusal));
  connection.end(
    `HTTP/1.1 503 Service Unavailable\r\nRetry-After: ${refusal.extra.retryAfter}\r\nConnection: close\r\n` +
      `Content-Type: application/problem+json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
