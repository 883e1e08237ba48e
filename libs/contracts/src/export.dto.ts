import { IntersectionType, OmitType, PickType } from '@nestjs/swagger';
import { Flag } from './fields';
import { ListItems } from './item.dto';
import { ListMovements } from './movement.dto';

class CsvOptions {
  @Flag({ description: 'Begins with a byte order mark, by which Excel knows that this is UTF-8.' })
  bom?: boolean;
}

/** `GET /exports/items.ndjson`: the filters of the list. */
export class ExportItems extends PickType(ListItems, ['q', 'category', 'tag', 'location', 'lowStock'] as const) {}

/** `GET /exports/items.csv`. */
export class ExportItemsCsv extends IntersectionType(ExportItems, CsvOptions) {}

/** `GET /exports/movements.ndjson`: the filters of the history. */
export class ExportMovements extends OmitType(ListMovements, ['limit', 'cursor', 'order'] as const) {}

/** `GET /exports/movements.csv`. */
export class ExportMovementsCsv extends IntersectionType(ExportMovements, CsvOptions) {}
