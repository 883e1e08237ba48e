import { ApiProperty, OmitType, PickType } from '@nestjs/swagger';
import { Flag, Id, Text, WholeQuery } from './fields';
import { LIMITS } from './limits';
import { PageInfo } from './page.dto';

/** What a file may hold. */
export const IMPORT_KINDS = ['items', 'movements'] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

export const IMPORT_STATUSES = ['queued', 'running', 'done', 'failed'] as const;
export type ImportStatus = (typeof IMPORT_STATUSES)[number];

/** `POST /imports/items`, `POST /imports/movements`. */
export class ImportQuery {
  @Flag({ description: 'Checks the whole file and answers 200 with what is wrong in it; nothing is written.' })
  dryRun?: boolean;

  @Text({
    max: LIMITS.importMap,
    optional: true,
    description:
      'What columns mean whose names do not say it: `<column>:<field>`, separated by commas, or a JSON object. An empty field ' +
      'leaves the column out.',
    example: 'Artikel:sku,Menge:quantity,Lager:',
  })
  map?: string;
}

/** One thing that is wrong in a file. */
export class ImportError {
  @ApiProperty({ type: 'integer', description: 'As an editor counts them; the header is line 1.' })
  line!: number;

  @ApiProperty({ type: String, nullable: true, description: 'By its name in the file; null: the line as a whole.' })
  column!: string | null;

  @ApiProperty({ example: 'must be a whole number from -1000000000 to 1000000000' })
  message!: string;
}

/** The answer to a dry run. */
export class ImportCheck {
  @ApiProperty({ type: 'integer', description: 'Lines below the header, without empty ones.' })
  rows!: number;

  @ApiProperty({ type: 'integer', description: 'Rows in which nothing is wrong.' })
  valid!: number;

  @ApiProperty({ type: [ImportError], description: `The first ${LIMITS.importErrors}.` })
  errors!: ImportError[];

  @ApiProperty({ description: 'Whether there are more errors than are shown.' })
  truncated!: boolean;
}

/** An import, as it stands. */
export class ImportJob {
  @ApiProperty()
  id!: string;

  @ApiProperty({ enum: IMPORT_KINDS, enumName: 'ImportKind' })
  kind!: ImportKind;

  @ApiProperty({ enum: IMPORT_STATUSES, enumName: 'ImportStatus' })
  status!: ImportStatus;

  @ApiProperty({ type: 'integer', description: 'Lines of the file below the header, without empty ones.' })
  rows!: number;

  @ApiProperty({ type: 'integer', description: 'Rows that are booked.' })
  applied!: number;

  @ApiProperty({ type: 'integer', description: 'Rows that were refused.' })
  rejected!: number;

  @ApiProperty({
    type: [ImportError],
    description: `The first ${LIMITS.importErrorsShown}; all, up to ${LIMITS.importErrorsKept}, by \`GET /imports/{id}/errors.csv\`.`,
  })
  errors!: ImportError[];

  @ApiProperty({ type: String, nullable: true, description: 'Name of the file, if one was given.' })
  fileName!: string | null;

  @ApiProperty({ description: 'Who is recorded as the actor of the rows.', example: 'ana@example.com' })
  startedBy!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Why it failed.' })
  failure!: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finishedAt!: string | null;
}

export class ImportSummary extends OmitType(ImportJob, ['errors'] as const) {}

/** `GET /imports`, the newest first. */
export class ListImports {
  @WholeQuery({ min: 1, max: LIMITS.pageSize, default: LIMITS.pageSizeDefault })
  limit?: number;

  @Text({ max: LIMITS.cursor, optional: true })
  cursor?: string;
}

export class ImportPage {
  @ApiProperty({ type: [ImportSummary] })
  data!: ImportSummary[];

  @ApiProperty({ type: PageInfo })
  page!: PageInfo;
}

/** How far an import is, as sockets get it. */
export class ImportProgress extends PickType(ImportJob, [
  'id',
  'kind',
  'status',
  'rows',
  'applied',
  'rejected',
] as const) {}

/** `watchImport`, `unwatchImport`. */
export class WatchImport {
  @Id()
  id!: string;
}

export class ImportWatched {
  @ApiProperty({ enum: [true] })
  ok!: true;

  @ApiProperty({
    type: ImportProgress,
    description: 'How far it is now; one that is done or failed has nothing to follow.',
  })
  import!: ImportProgress;
}
