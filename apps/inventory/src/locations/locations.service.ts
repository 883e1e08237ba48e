import { DomainError } from '@app/common';
import {
  LIMITS,
  type CloseLocationCommand,
  type CreateLocationCommand,
  type Done,
  type ListLocations,
  type Location,
  type LocationPage,
  type Operation,
  type UpdateLocationCommand,
} from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { ItemsRepository } from '../items/items.repository';
import { boundCursor } from '../ledger/bound-cursor';
import { codeAt } from './code-cursor';
import { LedgerService } from '../ledger/ledger.service';
import { LedgerWriter } from '../ledger/ledger.writer';
import type { LocationChange } from './location';
import { LocationsRepository } from './locations.repository';

/** Items with stock at a location that the writer looks at again when it is closed; if there are more, it is not empty. */
const CANDIDATES = 100;

@Injectable()
export class LocationsService {
  constructor(
    private readonly writer: LedgerWriter,
    private readonly ledger: LedgerService,
    private readonly items: ItemsRepository,
    private readonly repository: LocationsRepository,
  ) {}

  create({ operation, location }: CreateLocationCommand): Promise<Done<Location>> {
    return this.change(operation, { do: 'open', location });
  }

  update({ operation, code, changes }: UpdateLocationCommand): Promise<Done<Location>> {
    return this.change(operation, { do: 'describe', code, changes });
  }

  /** Looks through all items before it is the writer's turn, which then only looks at what has happened there since. */
  async close({ operation, code }: CloseLocationCommand): Promise<Done<null>> {
    const seen = this.ledger.head;
    const candidates = await this.items.stockedAt(code, CANDIDATES);
    const change = { do: 'close', code, seen, candidates, more: candidates.length === CANDIDATES } as const;
    const { position, replayed } = await this.writer.submit({ kind: 'location', operation, change });
    return { body: null, position, replayed };
  }

  async get(code: string): Promise<Location> {
    const location = await this.repository.one(code);
    if (!location) throw new DomainError('not-found', `There is no location ${code}.`, { location: code });
    return location;
  }

  async list({ limit = LIMITS.pageSizeDefault, cursor, closed = false }: ListLocations): Promise<LocationPage> {
    const question = { list: 'locations', closed };
    const after = cursor === undefined ? '' : codeAt(question, cursor);
    const found = await this.repository.page({ after, limit: limit + 1, closed });
    const data = found.slice(0, limit);
    const last = data.at(-1);
    const nextCursor = found.length > limit && last ? boundCursor(question, [last.code]) : null;
    return { data, page: { limit, nextCursor } };
  }

  private async change(operation: Operation, change: LocationChange): Promise<Done<Location>> {
    const { reply, position, replayed } = await this.writer.submit({ kind: 'location', operation, change });
    if (!reply || !('code' in reply)) throw new Error('a location was changed and did not come back');
    return { body: reply, position, replayed };
  }
}
