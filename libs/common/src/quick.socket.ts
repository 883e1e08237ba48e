import { JsonSocket } from '@nestjs/microservices';
import type { Socket } from 'node:net';

/** Characters of a packet that a peer may send; pages stop at 1 MiB, so this leaves room and still bounds the memory. */
const MAX_PACKET = 4 * 1024 * 1024;

/**
 * Nest's framing without Nagle: with it a small reply waits for the delayed acknowledgement of the one before, which costs a
 * third of the throughput. The first message of a turn of the event loop leaves at once, the others of that turn in one write.
 */
export class QuickSocket extends JsonSocket {
  private turn: 'idle' | 'sent' | 'corked' = 'idle';

  constructor(socket: Socket) {
    super(socket, { maxBufferSize: MAX_PACKET });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 10_000);
  }

  override sendMessage(message: unknown, callback?: (error?: unknown) => void): void {
    if (this.turn === 'idle') {
      this.turn = 'sent';
      setImmediate(() => this.endTurn());
    } else if (this.turn === 'sent') {
      this.turn = 'corked';
      this.netSocket.cork();
    }
    super.sendMessage(message, callback);
  }

  private endTurn(): void {
    if (this.turn === 'corked') this.netSocket.uncork();
    this.turn = 'idle';
  }
}
