import { DomainError } from '@app/common';
import { LIMITS, ListItems, type ItemQuery } from '@app/contracts';
import { validated, validationError } from '../http/validation';

const PREFIX = 'attr.';
const KEY = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * The query of the item list: its own members, and beside them `attr.<key>=` filters, gathered.
 * @throws DomainError `validation`
 */
export function itemQueryOf(query: Readonly<Record<string, unknown>>): ItemQuery {
  const entries = Object.entries(query);
  const { ...list } = validated(
    ListItems,
    Object.fromEntries(entries.filter(([name]) => !name.startsWith(PREFIX))),
    'query',
  );
  const filters = entries.filter(([name]) => name.startsWith(PREFIX));
  if (filters.length === 0) return list;
  if (filters.length > LIMITS.attributes) throw refused(PREFIX, `may be given ${LIMITS.attributes} times at most`);
  return { ...list, attributes: Object.fromEntries(filters.map(([name, value]) => attribute(name, value))) };
}

function attribute(name: string, value: unknown): [string, string] {
  const key = name.slice(PREFIX.length);
  if (!KEY.test(key) || key === '__proto__')
    throw refused(name.slice(0, 100), 'must name an attribute: letters, digits, _ and -');
  if (typeof value !== 'string' || value.length > LIMITS.attributeText) {
    throw refused(name, `must be given once, with text of up to ${LIMITS.attributeText} characters`);
  }
  return [key, value.normalize('NFC')];
}

function refused(field: string, message: string): DomainError {
  return validationError([{ field: field.toWellFormed(), message }]);
}
