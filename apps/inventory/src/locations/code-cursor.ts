import { isLocationCode } from '@app/contracts';

/** The cursor of a page in the order of the codes of locations, as clients get it. */
export function cursorAt(code: string): string {
  return Buffer.from(code).toString('base64url');
}

/** The code that a page begins after; undefined for a cursor that no page has given. */
export function codeIn(cursor: string): string | undefined {
  const code = Buffer.from(cursor, 'base64url').toString();
  return isLocationCode(code) && cursorAt(code) === cursor ? code : undefined;
}
