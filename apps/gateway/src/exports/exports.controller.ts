import {
  ExportItems,
  ExportItemsCsv,
  ExportMovements,
  ExportMovementsCsv,
  type Item,
  type LedgerEvent,
} from '@app/contracts';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Readable } from 'node:stream';
import { Roles } from '../auth/policy';
import { Reads } from '../http/documented';
import { EVENT } from '../http/examples';
import { CurrentExchange, type Exchange } from '../http/exchange';
import { minPositionOf } from '../http/operation';
import { describeColumns, ITEM_COLUMNS, MOVEMENT_COLUMNS } from './columns';
import { BOM, csvHeader, csvLines, type Column } from './csv';
import { Exports, type Export, type ExportContext, type Format } from './export.service';

const COMPLETE =
  'Streamed, however much it is. A file that breaks off ends with a broken connection, never as if it were whole.';
const CSV = `${COMPLETE} Text that a spreadsheet would take for a formula has an apostrophe in front.`;

/** All of a list in one file. */
@ApiTags('exports')
@Controller('exports')
@Roles('viewer')
export class ExportsController {
  constructor(private readonly exports: Exports) {}

  @Get('items.csv')
  @Reads({
    id: 'exportItemsCsv',
    summary: 'All items as CSV',
    description: `${CSV} Columns:\n\n${describeColumns(ITEM_COLUMNS)}`,
    media: 'text/csv',
    example: csvHeader(ITEM_COLUMNS),
  })
  async itemsCsv(
    @Query() { bom = false, ...filters }: ExportItemsCsv,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Readable | undefined> {
    return answer(
      await this.exports.items(filters, csv(ITEM_COLUMNS, bom), contextOf(exchange)),
      'items.csv',
      exchange,
    );
  }

  @Get('items.ndjson')
  @Reads({
    id: 'exportItemsNdjson',
    summary: 'All items, an Item in each line',
    description: COMPLETE,
    media: 'application/x-ndjson',
    example: '{"id":"65a1b2c3d4e5f60718293a4b","sku":"85123A","name":"White hanging heart","quantity":10,…}\n',
  })
  async itemsNdjson(
    @Query() { ...filters }: ExportItems,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Readable | undefined> {
    return answer(await this.exports.items(filters, ndjson<Item>(), contextOf(exchange)), 'items.ndjson', exchange);
  }

  @Get('movements.csv')
  @Reads({
    id: 'exportMovementsCsv',
    summary: 'The history of all stock as CSV',
    description: `${CSV} In the order of the ledger, up to \`X-Position\`. Columns:\n\n${describeColumns(MOVEMENT_COLUMNS)}`,
    media: 'text/csv',
    example: csvHeader(MOVEMENT_COLUMNS),
  })
  async movementsCsv(
    @Query() { bom = false, ...filters }: ExportMovementsCsv,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Readable | undefined> {
    return answer(
      await this.exports.movements(filters, csv(MOVEMENT_COLUMNS, bom), contextOf(exchange)),
      'movements.csv',
      exchange,
    );
  }

  @Get('movements.ndjson')
  @Reads({
    id: 'exportMovementsNdjson',
    summary: 'The history of all stock, an Event in each line',
    description: `${COMPLETE} In the order of the ledger, up to \`X-Position\`.`,
    media: 'application/x-ndjson',
    example: `${JSON.stringify(EVENT)}\n`,
  })
  async movementsNdjson(
    @Query() { ...filters }: ExportMovements,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Readable | undefined> {
    return answer(
      await this.exports.movements(filters, ndjson<LedgerEvent>(), contextOf(exchange)),
      'movements.ndjson',
      exchange,
    );
  }
}

function csv<Row>(columns: readonly Column<Row>[], bom: boolean): Format<Row> {
  return { head: (bom ? BOM : '') + csvHeader(columns), text: (rows) => csvLines(columns, rows) };
}

function ndjson<Row>(): Format<Row> {
  return { head: '', text: (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join('') };
}

function contextOf({ request }: Exchange): ExportContext {
  return { requestId: request.id, minPosition: minPositionOf(request.headers) };
}

function answer({ position, body }: Export, name: string, { request, reply }: Exchange): Readable | undefined {
  const [what = '', kind = ''] = name.split('.');
  const file = `stockwire-${what}-${new Date().toISOString().slice(0, 10)}.${kind}`;
  reply
    .header('content-type', kind === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8')
    .header('content-disposition', `attachment; filename="${file}"`)
    .header('x-position', position);
  if (request.method !== 'HEAD') return body;
  // Fastify would read all of it only to throw it away.
  body.destroy();
  return undefined;
}
