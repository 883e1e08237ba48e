import type { LedgerEvent } from '@app/contracts';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** One delivery as it arrived. */
export interface Received {
  at: number;
  id: string;
  type: string;
  position: number;
  event: LedgerEvent;
  headers: Record<string, string>;
  body: string;
}

type Answer = (response: ServerResponse, received: Received) => void;

const TAKEN: Answer = (response) => void response.writeHead(204).end();

/** An endpoint: takes deliveries, and answers as the spec wants it to. */
export class Receiver {
  readonly received: Received[] = [];
  answer: Answer = TAKEN;
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => void this.take(request, response));
  }

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    await new Promise<void>((resolve) => receiver.server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  get positions(): number[] {
    return this.received.map(({ position }) => position);
  }

  accept(): void {
    this.answer = TAKEN;
  }

  refuse(status = 500, headers: Record<string, string> = {}): void {
    this.answer = (response) => void response.writeHead(status, headers).end();
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk as string;
    const { type, data } = JSON.parse(body) as { type: string; data: LedgerEvent };
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const received = { at: Date.now(), id: headers['webhook-id'] ?? '', type, position: data.position, event: data };
    this.received.push({ ...received, headers, body });
    this.answer(response, { ...received, headers, body });
  }
}

/** Whether a receiver with this secret believes it; the library is not ours. */
export function verifies(secret: string, { body, headers }: Received): boolean {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}
