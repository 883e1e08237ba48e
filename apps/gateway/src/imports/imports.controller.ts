import {
  ImportCheck,
  ImportJob,
  ImportPage,
  ImportQuery,
  LIMITS,
  ListImports,
  NoQuery,
  type ImportError,
  type ImportKind,
} from '@app/contracts';
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import { Roles } from '../auth/policy';
import { csvHeader, csvLines, type Column } from '../exports/csv';
import { callerOf } from '../http/caller';
import { Commands } from '../http/commands.service';
import { Reads, Writes, type RouteDocument } from '../http/documented';
import { CurrentExchange, type Exchange } from '../http/exchange';
import { IdPipe } from '../http/path-id';
import { TakesUpload } from '../http/uploads';
import { describeFields } from './fields';
import { fileBody } from './file-body';
import { ImportsRepository } from './imports.repository';
import { Imports } from './imports.service';
import { withUpload } from './upload';

/** How such a file may begin. */
const FILES: Readonly<Record<ImportKind, string>> = {
  items: 'sku,name,quantity,price\n85123A,White hanging heart,10,2.55\n',
  movements: 'sku,type,quantity,reference\n85123A,issue,3,536365\n',
};

function importOf(kind: ImportKind, summary: string): RouteDocument {
  const description =
    `A CSV file in UTF-8 of up to ${LIMITS.importBytes / 1_048_576} MiB, cells separated by comma, semicolon or tab, names of ` +
    'columns in the first line. Each row is booked on its own, in the order of the file, with the caller as its actor; ' +
    `\`Location\` tells where to see how far it is. Columns:\n\n${describeFields(kind)}`;
  return {
    id: kind === 'items' ? 'importItems' : 'importMovements',
    summary,
    description,
    status: 202,
    answer: ImportJob,
    dryAnswer: ImportCheck,
    body: fileBody(FILES[kind]),
    refuses: ['too-large', 'unsupported-media-type', 'overloaded'],
  };
}

const ERROR_COLUMNS: readonly Column<ImportError>[] = [
  { name: 'line', doc: 'Of the file.', cell: ({ line }) => line },
  { name: 'column', doc: 'By its name in the file.', cell: ({ column }) => column },
  { name: 'message', doc: 'What is wrong.', cell: ({ message }) => message },
];

/** Files that are booked row by row in the background. */
@ApiTags('imports')
@Controller('imports')
@Roles('manager')
export class ImportsController {
  constructor(
    private readonly imports: Imports,
    private readonly repository: ImportsRepository,
    private readonly commands: Commands,
  ) {}

  @Post('items')
  @HttpCode(202)
  @TakesUpload()
  @Writes(importOf('items', 'Create items from a file'))
  items(@Query() query: ImportQuery, @CurrentExchange() exchange: Exchange): Promise<ImportJob | ImportCheck> {
    return this.take('items', query, exchange);
  }

  @Post('movements')
  @HttpCode(202)
  @TakesUpload()
  @Writes(importOf('movements', 'Move stock from a file'))
  movements(@Query() query: ImportQuery, @CurrentExchange() exchange: Exchange): Promise<ImportJob | ImportCheck> {
    return this.take('movements', query, exchange);
  }

  @Get()
  @Reads({
    id: 'listImports',
    placeless: true,
    summary: 'Imports, the newest first',
    description:
      'Finished ones are kept for 30 days, those that had an Idempotency-Key for ever; the errors of both for 30 days.',
    answer: ImportPage,
  })
  list(@Query() query: ListImports): Promise<ImportPage> {
    return this.imports.list(query);
  }

  @Get(':id')
  @Reads({
    id: 'getImport',
    placeless: true,
    summary: 'How an import stands',
    description: 'With the rows that were applied and rejected so far, and the first 100 errors.',
    answer: ImportJob,
    refuses: ['not-found'],
  })
  job(@Param('id', IdPipe) id: string, @Query() _none: NoQuery): Promise<ImportJob> {
    return this.imports.job(id);
  }

  @Get(':id/errors.csv')
  @Reads({
    id: 'getImportErrors',
    placeless: true,
    summary: 'What was refused of an import, as CSV',
    description: `The first ${LIMITS.importErrorsKept}, by line.`,
    media: 'text/csv',
    example: 'line,column,message\n17,quantity,must be at least 1\n',
    refuses: ['not-found'],
  })
  async errors(
    @Param('id', IdPipe) id: string,
    @Query() _none: NoQuery,
    @CurrentExchange() { request, reply }: Exchange,
  ): Promise<Readable | undefined> {
    await this.imports.job(id);
    reply
      .header('content-type', 'text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="import-${id}-errors.csv"`);
    return request.method === 'HEAD' ? undefined : Readable.from(this.errorLines(id));
  }

  private async *errorLines(id: string): AsyncGenerator<string> {
    yield csvHeader(ERROR_COLUMNS);
    for await (const error of this.repository.errors(id, LIMITS.importErrorsKept)) {
      yield csvLines(ERROR_COLUMNS, [error]);
    }
  }

  private async take(
    kind: ImportKind,
    { dryRun, map }: ImportQuery,
    { request, reply }: Exchange,
  ): Promise<ImportJob | ImportCheck> {
    const key = this.commands.keyOf(request, dryRun);
    if (dryRun) {
      reply.status(200);
      return withUpload(request, (upload) => this.imports.check(upload, { kind, map }));
    }
    const { job, replayed } = await withUpload(request, (upload) =>
      this.imports.begin(upload, { kind, map }, callerOf(request), key),
    );
    reply.header('location', `/api/v1/imports/${job.id}`);
    if (replayed) reply.header('idempotency-replayed', 'true');
    return job;
  }
}
