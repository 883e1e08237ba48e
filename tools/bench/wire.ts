import { connect, type Socket } from 'node:net';

/** A complete answer. `body` is only good during the callback. */
export type OnReply = (status: number, body: Buffer) => void;

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * One keep-alive connection that speaks just enough HTTP/1.1, one request at a time. A real client library takes several
 * times the CPU, and here it would take it from the servers that are measured.
 */
export class Wire {
  private readonly socket: Socket;
  private pending: Buffer | undefined;
  private onReply: OnReply | undefined;

  private constructor(
    port: number,
    host: string,
    private readonly onFailure: (error: Error) => void,
  ) {
    this.socket = connect({ port, host, noDelay: true });
    this.socket.on('data', (chunk) => this.read(chunk));
    this.socket.on('error', (error) => this.onFailure(error));
    this.socket.on('close', () => {
      if (this.onReply) this.onFailure(new Error('the connection ended before the answer'));
    });
  }

  static open(port: number, onFailure: (error: Error) => void, host = '127.0.0.1'): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const wire = new Wire(port, host, onFailure);
      wire.socket.once('connect', () => resolve(wire));
      wire.socket.once('error', reject);
    });
  }

  /** `text`: the whole request, as it goes over the wire. */
  send(text: string, onReply: OnReply): void {
    if (this.onReply) throw new Error('one request at a time');
    this.onReply = onReply;
    this.socket.write(text);
  }

  close(): void {
    this.onReply = undefined;
    this.socket.destroy();
  }

  private read(chunk: Buffer): void {
    const data = this.pending ? Buffer.concat([this.pending, chunk]) : chunk;
    const headEnd = data.indexOf(HEAD_END);
    const length = headEnd < 0 ? undefined : bodyLength(data.toString('latin1', 0, headEnd));
    if (length === undefined || data.length < headEnd + 4 + length) {
      this.pending = data;
      return;
    }
    this.pending = undefined;
    const reply = this.onReply;
    this.onReply = undefined;
    if (!reply || data.length > headEnd + 4 + length) this.onFailure(new Error('more was answered than was asked'));
    else reply(statusOf(data), data.subarray(headEnd + 4));
  }
}

/** `HTTP/1.1 201 Created`: digits 9 to 11. */
function statusOf(data: Buffer): number {
  return Number(data.toString('latin1', 9, 12));
}

function bodyLength(head: string): number {
  const length = /\r\ncontent-length: ?(\d+)/i.exec(head)?.[1];
  if (length !== undefined) return Number(length);
  if (/^HTTP\/1\.1 (204|304)/.test(head)) return 0;
  throw new Error(`an answer without a length: ${head.split('\r\n', 1)[0]}`);
}

/** A request as text. ASCII only, so that characters are bytes. */
export function requestText(method: string, path: string, headers: string, body = ''): string {
  const content = body && `content-type: application/json\r\ncontent-length: ${body.length}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${headers}${content}\r\n${body}`;
}
