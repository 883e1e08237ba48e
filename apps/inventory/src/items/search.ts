import type { Attributes } from '@app/contracts';
import type { ItemFields } from './item';

const MOST_TERMS = 100;
const LONGEST_TERM = 64;

/** The words of a text, lower case and without accents. What separates words is anything but letters and digits. */
export function wordsOf(text: string): string[] {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return (plain.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => word.slice(0, LONGEST_TERM).toWellFormed());
}

/** What an item is found by: the words of its name, sku, barcodes, category and tags, at most 100. */
export function searchTerms(item: Pick<ItemFields, 'name' | 'sku' | 'barcodes' | 'category' | 'tags'>): string[] {
  const texts = [item.name, item.sku ?? '', ...item.barcodes, item.category ?? '', ...item.tags];
  return [...new Set(texts.flatMap(wordsOf))].slice(0, MOST_TERMS);
}

/** `key=value` of each attribute, as a list filter `attr.<key>=<value>` asks for it. */
export function attributePairs(attributes: Attributes): string[] {
  return Object.entries(attributes).map(([key, value]) => `${key}=${value}`);
}
