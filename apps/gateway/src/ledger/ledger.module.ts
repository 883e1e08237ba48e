import { Module } from '@nestjs/common';
import { HttpModule } from '../http/http.module';
import { LedgerController } from './ledger.controller';

@Module({ imports: [HttpModule], controllers: [LedgerController] })
export class LedgerModule {}
