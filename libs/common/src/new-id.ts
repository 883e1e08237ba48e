import { randomBytes } from 'node:crypto';

/** 24 hexadecimal digits, the first 8 of them the time in seconds: new ids stand together in the index. */
export function newId(): string {
  const seconds = Math.floor(Date.now() / 1_000);
  return seconds.toString(16).padStart(8, '0') + randomBytes(8).toString('hex');
}
