import type { LedgerEvent, Room, ServerToClientEvents } from '@app/contracts';
import { textOf } from '../feed/texts';

/** RFC 6455: a text message that is one frame; a server's are not masked. */
const TEXT = 0x81;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const MOST_16 = 0xffff;
/** Of Engine.IO: what follows is a message. */
const MESSAGE = '4';
/** Of Socket.IO: what follows is an event, in the namespace of all. */
const EVENT = '2';

/** Messages for a socket in the words of Socket.IO, made once however many sockets get them. */
export class Packets {
  private whole: Buffer | undefined;

  constructor(
    /** As engine.io takes them. */
    readonly texts: readonly string[],
  ) {}

  /** All of them as they go over the wire. */
  get frames(): Buffer {
    return (this.whole ??= framed(this.texts.map((text) => MESSAGE + text)));
  }

  static of<Name extends keyof ServerToClientEvents>(
    name: Name,
    payload: Parameters<ServerToClientEvents[Name]>[0],
  ): Packets {
    return new Packets([packet(name, JSON.stringify(payload))]);
  }

  /** One message for each event. */
  static each(room: Room, events: readonly LedgerEvent[]): Packets {
    const named = `,"room":${JSON.stringify(room)}}`;
    return new Packets(events.map((event) => packet('event', textOf(event).slice(0, -1) + named)));
  }

  /** All events in one message. */
  static batch(room: Room, events: readonly LedgerEvent[]): Packets {
    const texts = events.map(textOf).join(',');
    return new Packets([packet('events', `{"room":${JSON.stringify(room)},"events":[${texts}]}`)]);
  }
}

function packet(name: keyof ServerToClientEvents, json: string): string {
  return `${EVENT}["${name}",${json}]`;
}

function framed(texts: readonly string[]): Buffer {
  const lengths = texts.map((text) => Buffer.byteLength(text));
  const frames = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + headOf(length) + length, 0));
  let at = 0;
  for (const [index, text] of texts.entries()) {
    at = writeHead(frames, at, lengths[index] ?? 0);
    at += frames.write(text, at);
  }
  return frames;
}

function headOf(length: number): number {
  return length < LENGTH_16 ? 2 : length <= MOST_16 ? 4 : 10;
}

function writeHead(frames: Buffer, at: number, length: number): number {
  frames[at] = TEXT;
  if (length < LENGTH_16) return frames.writeUInt8(length, at + 1);
  if (length <= MOST_16) return frames.writeUInt16BE(length, frames.writeUInt8(LENGTH_16, at + 1));
  return frames.writeBigUInt64BE(BigInt(length), frames.writeUInt8(LENGTH_64, at + 1));
}
