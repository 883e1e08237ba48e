import { DomainError, invalid } from '@app/common';
import { LIMITS } from '@app/contracts';
import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import type { FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { beginUpload } from '../http/uploads';

/** A file on its way in. */
export interface Upload {
  fileName: string | null;
  /** The form field `map`. */
  map: string | undefined;
  /** @throws DomainError `too-large` */
  bytes: AsyncIterable<Buffer>;
}

interface Part {
  fileName: string | null;
  map: string | undefined;
  stream: Readable;
  /** What comes after the file: nothing is allowed to. */
  rest: () => Promise<void>;
}

/** Who sends nothing for so long, or is not done after so long, is given up. */
const IDLE_MS = 30_000;
const WHOLE_MS = 15 * 60_000;
/** What a form adds to its file. */
const FORM_BYTES = 64 * 1024;
const LONGEST_NAME = 200;
/** How long and how much of a refused file is still taken in: a client that is cut off while it sends never sees the answer. */
const DISCARD_MS = 5_000;
const DISCARD_BYTES = 2 * LIMITS.importBytes;

/**
 * Takes a file in: the body itself as `text/csv`, or the part `file` of a form.
 * @throws DomainError as `use` does; `unsupported-media-type`, `too-large`, `validation`
 */
export async function withUpload<Result>(
  request: FastifyRequest,
  use: (upload: Upload) => Promise<Result>,
): Promise<Result> {
  const { raw, body, headers } = request;
  if (!(body instanceof Readable))
    throw new DomainError('unsupported-media-type', 'Send the file as text/csv, or as the part file of a form.');
  const done = beginUpload(raw.socket);
  try {
    if (Number(headers['content-length'] ?? 0) > LIMITS.importBytes + FORM_BYTES) throw tooLarge();
    const part = headers['content-type']?.startsWith('multipart/') ? await partOf(raw) : bodyOf(raw);
    return await use({ ...part, bytes: bounded(part, raw) });
  } catch (error) {
    await discard(raw);
    throw error;
  } finally {
    done();
  }
}

function bodyOf(stream: Readable): Part {
  return { fileName: null, map: undefined, stream, rest: () => Promise.resolve() };
}

/** Reads a form up to its file; the map comes before that, since the file is read as it arrives. */
function partOf(raw: IncomingMessage): Promise<Part> {
  return new Promise((resolve, reject) => {
    const form = formOf(raw);
    let map: string | undefined;
    let file: Readable | undefined;
    let fault: DomainError | undefined;
    const fail = (field: string, message: string): void => {
      fault ??= invalid(field.slice(0, LONGEST_NAME), message);
      reject(fault);
    };
    form.on('field', (name, value, _, truncated) => {
      if (name !== 'map') fail(name, 'is not known here');
      else if (truncated) fail('map', `must have at most ${LIMITS.importMap} characters`);
      else if (file) fail('map', 'must come before the file');
      else map = value;
    });
    form.on('file', (name, stream, fileName) => {
      // Its errors reach whoever reads it; nobody may be reading.
      stream.on('error', () => undefined);
      if (name !== 'file') fail(name, 'is not known here: the part with the file is called file');
      if (fault) stream.resume();
      else
        resolve({ fileName: nameOf(fileName), map, stream: (file = stream), rest: () => over(form, raw, () => fault) });
    });
    // Beyond its limits Busboy says no more than this: what comes then would be lost in silence.
    for (const limit of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const)
      form.on(limit, () => fail('file', 'must be the only file of the form, with no more than a few fields before it'));
    form.on('finish', () => file ?? fail('file', 'is missing'));
    // Not by pipeline(): that would close the connection, and with it the answer.
    const breakOff = (): void => {
      raw.unpipe(form);
      fail('file', 'is no whole form: it ends in the middle, or a boundary is missing');
      file?.destroy(fault);
    };
    form.on('error', breakOff);
    raw.once('close', () => !raw.readableEnded && breakOff());
    raw.pipe(form);
  });
}

/** Waits for the end of a form. @throws DomainError when there was something wrong in it */
async function over(
  form: ReturnType<typeof Busboy>,
  raw: IncomingMessage,
  faultIn: () => DomainError | undefined,
): Promise<void> {
  if (!form.writableFinished && !faultIn() && !raw.destroyed) {
    await new Promise<void>((resolve) => {
      form.once('finish', () => resolve()).once('error', () => resolve());
      raw.once('close', () => resolve());
    });
  }
  const fault = faultIn();
  if (fault) throw fault;
}

function formOf({ headers }: IncomingMessage): ReturnType<typeof Busboy> {
  const limits = { files: 1, fields: 5, fieldSize: LIMITS.importMap, parts: 6, headerPairs: 20, fieldNameSize: 100 };
  try {
    return new Busboy({ headers: headers as BusboyHeaders, limits });
  } catch {
    throw invalid('Content-Type', 'must name the boundary of the form');
  }
}

/** Shown to people only: of a path its last part, without what has no place in a line. */
function nameOf(fileName: string | undefined): string | null {
  const name = (fileName ?? '')
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, '')
    .slice(0, LONGEST_NAME)
    .trim();
  return name === '' ? null : name;
}

async function* bounded({ stream, rest }: Part, raw: IncomingMessage): AsyncGenerator<Buffer> {
  const giveUp = (): void => void raw.destroy(new DomainError('timeout', 'The file came too slowly.'));
  const whole = setTimeout(giveUp, WHOLE_MS);
  const idle = setTimeout(giveUp, IDLE_MS);
  let size = 0;
  try {
    // Left open when something is wrong: the answer goes out by the same connection.
    for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > LIMITS.importBytes) throw tooLarge();
      yield chunk;
      idle.refresh();
    }
    await rest();
  } catch (error) {
    throw raw.errored && !(error instanceof DomainError) ? invalid('file', 'did not arrive whole') : error;
  } finally {
    clearTimeout(whole);
    clearTimeout(idle);
    stream.resume();
  }
}

/** Takes in what is left of a refused body, within bounds. */
async function discard(raw: IncomingMessage): Promise<void> {
  if (raw.readableEnded || raw.destroyed) return;
  let left = DISCARD_BYTES;
  const over = new AbortController();
  raw.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) over.abort();
  });
  raw.once('end', () => over.abort()).once('close', () => over.abort());
  raw.resume();
  await sleep(DISCARD_MS, undefined, { signal: over.signal }).catch(() => undefined);
}

function tooLarge(): DomainError {
  return new DomainError('too-large', `A file may have ${LIMITS.importBytes / 1_048_576} MiB at most.`);
}
