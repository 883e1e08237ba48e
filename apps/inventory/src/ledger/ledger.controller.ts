import { Handle } from '@app/common';
import {
  ledger,
  type AskListed,
  type AskMissed,
  type LedgerPage,
  type LedgerRead,
  type Missed,
  type Rebuilt,
  type Verification,
} from '@app/contracts';
import { Controller } from '@nestjs/common';
import { ListingService } from '../items/listing.service';
import { AuditService } from './audit.service';
import { LedgerService } from './ledger.service';

@Controller()
export class LedgerController {
  constructor(
    private readonly service: LedgerService,
    private readonly audit: AuditService,
    private readonly listing: ListingService,
  ) {}

  @Handle(ledger.read)
  read(request: LedgerRead): Promise<LedgerPage> {
    return this.service.read(request);
  }

  @Handle(ledger.follow)
  follow(request: LedgerRead): Promise<LedgerPage> {
    return this.service.read(request);
  }

  @Handle(ledger.missed)
  missed(request: AskMissed): Promise<Missed> {
    return this.service.missed(request);
  }

  /** Never passed on: who asks takes this one for the writer. */
  @Handle(ledger.listed)
  listed({ position, waitMs }: AskListed): Promise<boolean> {
    return this.listing.hereUpTo(position, waitMs);
  }

  @Handle(ledger.verify)
  verify({ known }: { known?: { position: number; hash: string } }): Promise<Verification> {
    return this.audit.verify(known);
  }

  @Handle(ledger.rebuild)
  rebuild(): Promise<Rebuilt> {
    return this.audit.rebuild();
  }
}
