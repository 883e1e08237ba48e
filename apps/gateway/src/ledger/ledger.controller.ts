import { TcpClient } from '@app/common';
import { ledger, NoQuery, Rebuilt, Verification } from '@app/contracts';
import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Roles } from '../auth/policy';
import { Reads } from '../http/documented';
import { CurrentExchange, type Exchange } from '../http/exchange';
import { NoBody } from '../http/no-body';

/** A ledger of millions of events takes its time. */
const DEADLINE_MS = 30 * 60 * 1_000;

@ApiTags('ledger')
@Controller('ledger')
@Roles('admin')
export class LedgerController {
  constructor(private readonly inventory: TcpClient) {}

  @Get('verify')
  @Reads({
    id: 'verifyLedger',
    placeless: true,
    summary: 'Prove that the ledger and its projections are sound',
    description:
      'Walks every event, then compares every projection with the fold of its events. Takes seconds for 100,000.',
    answer: Verification,
  })
  verify(@Query() _none: NoQuery, @CurrentExchange() { request }: Exchange): Promise<Verification> {
    return this.inventory.call(ledger.verify, {}, { requestId: request.id, deadlineMs: DEADLINE_MS });
  }

  @Post('rebuild')
  @HttpCode(200)
  @Reads({
    id: 'rebuildProjections',
    placeless: true,
    summary: 'Make the projections anew from the ledger',
    description:
      'For operators: items, reservations, transfers and expectations follow from the ledger and are made again. Nothing is lost by it.',
    answer: Rebuilt,
  })
  rebuild(
    @Query() _none: NoQuery,
    @NoBody() _nothing: void,
    @CurrentExchange() { request }: Exchange,
  ): Promise<Rebuilt> {
    return this.inventory.call(ledger.rebuild, {}, { requestId: request.id, deadlineMs: DEADLINE_MS });
  }
}
