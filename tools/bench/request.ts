import type { Work } from './job';

/** One request of a kind of work, and what a good answer to it means. */
export interface Request {
  method: 'GET' | 'POST';
  path: string;
  body: string;
  /** By how much the sum of all quantities changes. */
  pieces: number;
  /** Entries in the system's history. */
  entries: number;
  /** What the answer has to say, and what not. */
  says: string;
  never?: string;
}

/** Both signs, so that stock goes up and down; the sum grows, so that nothing is ever refused for lack of stock. */
const QUANTITIES = [1, 2, -1, 3, -2];
/** Prime to the number of items: visits all of them, and not side by side. */
const STRIDE = 7_919;
const LINES = 5;
/** As many as a request may have. */
export const ROWS = 1_000;
const REASON = '"reason":"bench"';

export function requestOf(work: Work, number: number): Request {
  const { kind, before, after } = work;
  const id = idOf(work, number);
  const path = `${before}${kind === 'adjust' || kind === 'get' ? id : ''}${after}`;
  const nothing = { path, body: '', pieces: 0, entries: 0 };
  switch (kind) {
    case 'get':
      return { ...nothing, method: 'GET', says: id };
    case 'list':
      return { ...nothing, method: 'GET', says: '"name"' };
    case 'adjust': {
      const pieces = quantityOf(number);
      return { method: 'POST', path, body: `{${adjust(pieces)},${REASON}}`, pieces, entries: 1, says: id };
    }
    case 'lines': {
      const { lines, pieces } = linesOf(work, number, LINES);
      const body = `{"lines":[${lines.join()}],${REASON}}`;
      return { method: 'POST', path, body, pieces, entries: LINES, says: idOf(work, number * LINES) };
    }
    case 'batch': {
      const { lines, pieces } = linesOf(work, number, ROWS);
      const rows = lines.map((line) => `${line.slice(0, -1)},${REASON}}`);
      const answer = { says: '"applied"', never: '"rejected"' };
      return { method: 'POST', path, body: `{"rows":[${rows.join()}]}`, pieces, entries: ROWS, ...answer };
    }
    case 'reserve': {
      const body = `{"lines":[{"itemId":"${id}","quantity":1}],"ttlSeconds":600}`;
      return { method: 'POST', path, body, pieces: 0, entries: work.entries ?? 0, says: '"held"' };
    }
  }
}

/** What follows a good answer within the same piece of work: who has reserved takes it. */
export function nextOf({ kind, before }: Work, answer: Buffer): Request | undefined {
  if (kind !== 'reserve') return undefined;
  const { id } = JSON.parse(answer.toString()) as { id: string };
  const path = `${before}/${id}/fulfil`;
  return { method: 'POST', path, body: '{}', pieces: -1, entries: 1, says: '"fulfilled"' };
}

function linesOf(work: Work, number: number, count: number): { lines: string[]; pieces: number } {
  let pieces = 0;
  const lines = Array.from({ length: count }, (_, line) => {
    const quantity = quantityOf(number * count + line);
    pieces += quantity;
    return `{"itemId":"${idOf(work, number * count + line)}",${adjust(quantity)}}`;
  });
  return { lines, pieces };
}

function idOf({ ids }: Work, number: number): string {
  return ids[(number * STRIDE) % ids.length] ?? '';
}

function adjust(quantity: number): string {
  return `"type":"adjust","quantity":${quantity}`;
}

function quantityOf(number: number): number {
  return QUANTITIES[number % QUANTITIES.length] ?? 1;
}
