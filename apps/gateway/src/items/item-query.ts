import { DomainError } from '@app/common';
import { LIMITS, ListItems } from '@app/contracts';
import { validated, validationError } from '../http/validation';

const PREFIX = 'attr.';
const KEY = /^[A-Za-z0-9_-]{1,64}$/;

/** The query of the item list: its own members, and beside them `attr.<key>=` filters, gathered. */
export class ItemListQuery extends ListItems {
  attributes?: Record<string, string>;

  /** Instead of the validation of a DTO, which knows its keys. @throws DomainError `validation` */
  static read(query: Readonly<Record<string, unknown>>): ItemListQuery {
    const entries = Object.entries(query);
    const filters = entries.filter(([name]) => name.startsWith(PREFIX));
    const own = entries.filter(([name]) => !name.startsWith(PREFIX));
    const list = validated(ItemListQuery, Object.fromEntries(own), 'query');
    if (filters.length > LIMITS.attributes) throw refused(PREFIX, `may be given ${LIMITS.attributes} times at most`);
    if (filters.length > 0)
      list.attributes = Object.fromEntries(filters.map(([name, value]) => attribute(name, value)));
    return list;
  }
}

function attribute(name: string, value: unknown): [string, string] {
  const key = name.slice(PREFIX.length);
  if (!KEY.test(key) || key === '__proto__')
    throw refused(name.slice(0, 100), 'must name an attribute: letters, digits, _ and -');
  if (typeof value !== 'string' || value.length > LIMITS.attributeText) {
    throw refused(name, `must be text of up to ${LIMITS.attributeText} characters`);
  }
  return [key, value.normalize('NFC')];
}

function refused(field: string, message: string): DomainError {
  return validationError([{ field: field.toWellFormed(), message }]);
}
