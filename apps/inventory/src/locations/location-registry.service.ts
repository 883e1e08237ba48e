import type { Location } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { MAIN } from '../items/item';
import type { KnownLocations } from './location';
import { LocationsRepository } from './locations.repository';

/**
 * All locations in memory, for the writer. It may be behind what another inventory has changed: what is not known here, or is
 * closed, is looked up before it is refused, and a group that was decided on an older version does not commit.
 */
@Injectable()
export class LocationRegistry implements KnownLocations {
  private known = new Map<string, Location>();
  private at = -1;

  constructor(private readonly repository: LocationsRepository) {}

  get version(): number {
    return this.at;
  }

  get size(): number {
    return this.known.size;
  }

  get(code: string): Location | undefined {
    return this.known.get(code);
  }

  isOpen(code: string): boolean {
    return code === MAIN || this.known.get(code)?.closed === false;
  }

  async open(): Promise<void> {
    await this.repository.open();
    await this.refresh();
  }

  /** Whether nobody has changed a location since. */
  async isCurrent(): Promise<boolean> {
    return (await this.repository.version()) === this.at;
  }

  async refresh(): Promise<void> {
    if (await this.isCurrent()) return;
    const { version, locations } = await this.repository.all();
    this.known = new Map(locations.map((location) => [location.code, location]));
    this.at = version;
  }

  /** What the writer has just made durable. */
  take(changes: readonly Location[]): void {
    if (changes.length === 0) return;
    for (const location of changes) this.known.set(location.code, location);
    this.at++;
  }
}
