import { collection } from '@app/common';
import type { ImportProgress } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection } from 'mongoose';
import { ImportsRepository } from './imports.repository';

/** Written by the gateways; of their documents only what the contract shows is read. */
type ImportDocument = Omit<ImportProgress, 'id'> & { _id: string };

const SHOWN = { kind: 1, status: 1, rows: 1, applied: 1, rejected: 1 } as const;
/** Nobody waits longer for a picture of what goes on anyway. */
const LONGEST_MS = 2_000;

@Injectable()
export class ImportsMongo extends ImportsRepository {
  constructor(@InjectConnection() private readonly connection: Connection) {
    super();
  }

  async progress(ids: readonly string[]): Promise<ImportProgress[]> {
    const options = { projection: SHOWN, readConcern: 'majority', timeoutMS: LONGEST_MS } as const;
    const found = collection<ImportDocument>(this.connection, 'imports').find({ _id: { $in: [...ids] } }, options);
    return (await found.toArray()).map(({ _id: id, kind, status, rows, applied, rejected }) => {
      return { id, kind, status, rows, applied, rejected };
    });
  }
}
