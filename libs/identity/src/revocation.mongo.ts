import { collection } from '@app/common';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection, type mongo } from 'mongoose';
import { reach } from './reach';
import { RevocationFeed, type Revocation } from './revocation.repository';

export const REVOCATIONS = 'revocations';
const PAGE = 1_000;
/** Clocks of several gateways may disagree by this much, so times are in order only as far. */
const CLOCKS_MS = 60_000;

export interface RevocationDocument extends Omit<Revocation, 'position'> {
  _id: number;
  /** When it may go: set once it has a successor, since the newest must stay for the numbers to go on. */
  expiresAt?: Date;
}

@Injectable()
export class RevocationFeedMongo extends RevocationFeed {
  constructor(@InjectConnection() private readonly connection: Connection) {
    super();
  }

  from(position: number): Promise<Revocation[]> {
    return reach(async () => {
      const found = this.entries.find({ _id: { $gte: position } }, { readConcern: 'majority' });
      return (await found.sort({ _id: 1 }).limit(PAGE).toArray()).map(toRevocation);
    });
  }

  since(time: Date): Promise<Revocation[]> {
    return reach(async () => {
      const newestFirst: Revocation[] = [];
      for await (const document of this.entries.find({}, { readConcern: 'majority' }).sort({ _id: -1 })) {
        if (newestFirst.length > 0 && document.at.getTime() < time.getTime() - CLOCKS_MS) break;
        newestFirst.push(toRevocation(document));
      }
      return newestFirst.reverse();
    });
  }

  private get entries(): mongo.Collection<RevocationDocument> {
    return collection<RevocationDocument>(this.connection, REVOCATIONS);
  }
}

function toRevocation({ _id, kind, id, at }: RevocationDocument): Revocation {
  return { position: _id, kind, id, at };
}
