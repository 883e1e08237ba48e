import type { ItemText } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { itemOf, type ItemState } from './item';
import { ItemsRepository } from './items.repository';

const MOST = 20_000;
const BYTES = 24 * 1024 * 1024;

/**
 * Items as text. The database is asked which version an item has, and only for what memory has no text of that version is the
 * document read: decoding a document and making its JSON costs ten times as much as comparing a number.
 */
@Injectable()
export class ItemTextsService {
  private texts = newTexts();

  constructor(private readonly items: ItemsRepository) {}

  /** A rebuild may have changed what an item is without changing its version. A read under way keeps its outcome where nobody looks. */
  forget(): void {
    this.texts = newTexts();
  }

  /** In the order of the ids; null for one that does not exist or is deleted. */
  async read(ids: readonly string[]): Promise<(ItemText | null)[]> {
    const known = ids.filter((id) => this.texts.has(id));
    const unknown = ids.filter((id) => !this.texts.has(id));
    const [seqs, fresh] = await Promise.all([
      known.length > 0 ? this.items.seqs(known) : new Map<string, number>(),
      unknown.length > 0 ? this.load(unknown) : new Map<string, ItemText>(),
    ]);
    const kept = await this.at([...seqs].map(([id, seq]) => ({ id, seq })));
    return ids.map((id) => fresh.get(id) ?? kept.get(id) ?? null);
  }

  /** The items whose versions were seen a moment ago; one that is newer by now comes as it is now, one that is gone does not. */
  async at(seen: readonly { id: string; seq: number }[]): Promise<Map<string, ItemText>> {
    const found = new Map<string, ItemText>();
    const missing: string[] = [];
    for (const { id, seq } of seen) {
      const text = this.texts.get(id);
      if (text?.seq === seq) found.set(id, text);
      else missing.push(id);
    }
    if (missing.length > 0) for (const [id, text] of await this.load(missing)) found.set(id, text);
    return found;
  }

  private async load(ids: readonly string[]): Promise<Map<string, ItemText>> {
    const { texts } = this;
    const states = await this.items.states(ids);
    return new Map(states.filter(({ deleted }) => !deleted).map((state) => [state.id, keep(texts, state)]));
  }
}

type Texts = LRUCache<string, ItemText>;

function newTexts(): Texts {
  return new LRUCache({ max: MOST, maxSize: BYTES, sizeCalculation: ({ json }) => json.length + 100 });
}

function keep(texts: Texts, state: ItemState): ItemText {
  const text = textOf(state);
  // A slow read must not put an older version in the place of a newer one.
  if ((texts.peek(state.id)?.seq ?? 0) <= text.seq) texts.set(state.id, text);
  return text;
}

export function textOf(state: ItemState): ItemText {
  return { id: state.id, seq: state.seq, json: JSON.stringify(itemOf(state)) };
}
