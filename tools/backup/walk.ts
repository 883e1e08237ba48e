import { entryOf, type EventDocument } from '../../apps/inventory/src/ledger/event.mongo';
import { chainHash, GENESIS } from '../../apps/inventory/src/ledger/chain';

/** Goes through the events of a ledger from the first and insists that each is where it belongs and what was written. */
export class Walk {
  position = 0;
  hash = GENESIS;
  /** The newest position at which no operation is cut in two. */
  whole = 0;
  private left = 0;

  /** @throws Error that names the event */
  step(document: EventDocument): void {
    if (document._id !== this.position + 1)
      throw new Error(`The ledger has a hole: event ${document._id} follows event ${this.position}.`);
    const { event, hash, operation } = entryOf(document, '');
    if (chainHash(this.hash, event) !== hash)
      throw new Error(`Event ${document._id}, or one before it, is not what was written: the hash chain breaks here.`);
    if (operation) this.left = operation.size;
    this.left = Math.max(0, this.left - 1);
    this.position = document._id;
    this.hash = hash;
    if (this.left === 0) this.whole = this.position;
  }
}
