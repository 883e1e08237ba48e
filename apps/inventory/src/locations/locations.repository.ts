import type { Location } from '@app/contracts';

/** All locations, as of a version: every change of a location counts it up. */
export interface LocationSet {
  version: number;
  locations: Location[];
}

/** The stored locations. Written by the ledger's own transaction alone, see `LedgerRepository.commit`. */
export abstract class LocationsRepository {
  /** Creates what is missing, `main` included. */
  abstract open(): Promise<void>;
  abstract version(): Promise<number>;
  abstract all(): Promise<LocationSet>;
  abstract one(code: string): Promise<Location | undefined>;
  /** In order of code, after one. */
  abstract page(query: { after: string; limit: number; closed: boolean }): Promise<Location[]>;
}
