import { LIMITS } from '@app/contracts';
import type { FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { withUpload, type Upload } from './upload';

const MIB = 1_048_576;

function request(body: unknown, headers: Record<string, string> = { 'content-type': 'text/csv' }): FastifyRequest {
  const raw = Object.assign(body instanceof Readable ? body : Readable.from([]), { headers, socket: new Readable() });
  return { raw, body: body instanceof Readable ? raw : body, headers } as unknown as FastifyRequest;
}

async function sizeOf({ bytes }: Upload): Promise<number> {
  let size = 0;
  for await (const chunk of bytes) size += chunk.length;
  return size;
}

function* chunks(count: number): Generator<Buffer> {
  for (let index = 0; index < count; index++) yield Buffer.alloc(MIB, 'x');
}

const form = (...parts: string[]): Readable =>
  Readable.from([
    Buffer.from(parts.map((part) => `--b\r\nContent-Disposition: form-data; ${part}\r\n`).join('') + '--b--\r\n'),
  ]);
const FORM = { 'content-type': 'multipart/form-data; boundary=b' };
const FILE = 'name="file"; filename="../dir/a\tb.csv"\r\n\r\nname,x';
const map = (text: string): string => `name="map"\r\n\r\n${text}`;

describe('an upload', () => {
  it('may have 50 MiB and not a byte more, and is taken in to its end also when it is refused', async () => {
    expect(await withUpload(request(Readable.from(chunks(50))), sizeOf)).toBe(LIMITS.importBytes);
    const more = Readable.from([...chunks(50), Buffer.from('x')]);
    await expect(withUpload(request(more), sizeOf)).rejects.toMatchObject({ code: 'too-large' });
    expect(more.readableEnded).toBe(true);
  });

  it('is refused before anything is read when its length says it all', async () => {
    const headers = { 'content-type': 'text/csv', 'content-length': String(60 * MIB) };
    const use = jest.fn();
    await expect(withUpload(request(Readable.from(['x']), headers), use)).rejects.toMatchObject({ code: 'too-large' });
    expect(use).not.toHaveBeenCalled();
  });

  it('is none where JSON or nothing was sent', async () => {
    for (const body of [undefined, {}, null])
      await expect(withUpload(request(body), sizeOf)).rejects.toMatchObject({ code: 'unsupported-media-type' });
  });

  it('of a form is its part called file, with what stands before it', async () => {
    const seen = await withUpload(request(form(map('a:sku'), FILE), FORM), async (upload) => [
      upload.fileName,
      upload.map,
      await sizeOf(upload),
    ]);
    expect(seen).toEqual(['ab.csv', 'a:sku', 6]);
  });

  it.each([
    ['no file', [map('a:b')], 'file'],
    ['another file', ['name="csv"; filename="a"\r\n\r\nx'], 'csv'],
    ['a map behind the file', [FILE, map('a:b')], 'map'],
    ['a second file', [FILE, FILE], 'file'],
    ['a second file of another name', [FILE, 'name="other"; filename="b"\r\n\r\nx'], 'file'],
    ['too many fields', [...Array.from({ length: 6 }, () => map('a:b')), FILE], 'file'],
    ['another field', ['name="nonsense"\r\n\r\nx', FILE], 'nonsense'],
    ['a map that is too long', [map('x'.repeat(LIMITS.importMap + 1)), FILE], 'map'],
  ])('of a form with %s is refused by its name', async (_, parts, field) => {
    const refused = withUpload(request(form(...parts), FORM), sizeOf);
    await expect(refused).rejects.toMatchObject({ code: 'validation', extra: { errors: [{ field }] } });
  });

  it('of a form that ends in the middle is refused', async () => {
    const text = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nname,x\n1,2';
    const refused = withUpload(request(Readable.from([Buffer.from(text)]), FORM), sizeOf);
    await expect(refused).rejects.toMatchObject({ code: 'validation' });
  });
});
