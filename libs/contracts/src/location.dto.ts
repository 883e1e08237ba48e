import { ApiProperty } from '@nestjs/swagger';
import { Flag, LocationCode, Text, WholeQuery } from './fields';
import { MAIN } from './item.dto';
import { LIMITS } from './limits';
import { PageInfo } from './page.dto';

/** `POST /locations`: a place where stock can be; the code of a closed one opens that one again. */
export class CreateLocation {
  @LocationCode({ example: 'shop-berlin', description: 'Unique, and what movements name it by; it never changes.' })
  code!: string;

  @Text({ max: LIMITS.locationName, example: 'Shop in Berlin' })
  name!: string;

  @Text({ max: LIMITS.address, lines: true, optional: true, nullable: true, example: 'Torstraße 1, 10119 Berlin' })
  address?: string | null;
}

/** `PATCH /locations/:code`: what is left out stays. */
export class UpdateLocation {
  @Text({ max: LIMITS.locationName, optional: true, example: 'Shop in Berlin' })
  name?: string;

  @Text({ max: LIMITS.address, lines: true, optional: true, nullable: true, description: 'null clears it.' })
  address?: string | null;
}

/** A place where stock can be. */
export class Location {
  @ApiProperty({ example: MAIN })
  code!: string;

  @ApiProperty({ example: 'Main' })
  name!: string;

  @ApiProperty({ type: String, nullable: true })
  address!: string | null;

  @ApiProperty({ description: 'Nothing can be moved to or from a closed one.' })
  closed!: boolean;

  @ApiProperty({ required: false, description: 'True for a dry run: nothing was written.' })
  dryRun?: boolean;
}

/** `GET /locations`, in the order of their codes. */
export class ListLocations {
  @WholeQuery({ min: 1, max: LIMITS.pageSize, default: LIMITS.pageSizeDefault })
  limit?: number;

  @Text({ max: LIMITS.cursor, optional: true, description: '`page.nextCursor` of the page before.' })
  cursor?: string;

  @Flag({ description: 'Only the closed; without it, only the open.' })
  closed?: boolean;
}

export class LocationPage {
  @ApiProperty({ type: [Location] })
  data!: Location[];

  @ApiProperty({ type: PageInfo })
  page!: PageInfo;
}
