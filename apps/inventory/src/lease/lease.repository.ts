/** An inventory, this time that it runs. */
export interface Instance {
  id: string;
  /** Where others reach it. */
  address: string;
}

/** Who writes, and who did before when that has just changed. */
export interface Held {
  holder: Instance;
  before?: Instance;
}

/** The lease of the ledger, one document. Times are the database's: the clocks of the inventories may differ. */
export abstract class LeaseRepository {
  /**
   * Takes the lease, or keeps it for another `ms`: when it is free, over, ours, or of a predecessor at our address, which is dead
   * since the port is ours.
   */
  abstract hold(claimant: Instance, ms: number): Promise<Held>;
  /** Takes it before it is over from the one at an address where nobody listens any more. */
  abstract takeFrom(address: string, claimant: Instance, ms: number): Promise<Held>;
  /** Lets it go, if it is ours. */
  abstract release(holder: Instance): Promise<void>;
}
