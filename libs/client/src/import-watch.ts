import { apart } from './apart';
import { Follower, type FollowOptions } from './follower';
import type { Importing, Onlooker } from './importing';
import type { ImportProgress } from './messages.socket';
import type { Rooms } from './rooms';

/** One who is told how far an import is; `closed` by itself after it is done, or has failed. */
export class ImportWatch extends Follower implements Onlooker {
  private readonly importing: Importing;

  constructor(
    rooms: Rooms,
    id: string,
    private readonly listener: (progress: ImportProgress) => void,
    options: FollowOptions,
  ) {
    super(options);
    this.importing = rooms.importing(id);
    this.importing.add(this);
  }

  /** As last told; undefined until the first answer. */
  get progress(): ImportProgress | undefined {
    return this.importing.last;
  }

  /** No more of it here. The import itself goes on. */
  unsubscribe(): void {
    this.importing.remove(this);
    this.onStatus('closed');
  }

  /** @internal */
  onProgress(progress: ImportProgress): void {
    apart(() => this.listener(progress));
  }
}
