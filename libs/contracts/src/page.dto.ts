import { ApiProperty } from '@nestjs/swagger';

/** Where a page stands in its list. */
export class PageInfo {
  @ApiProperty({ type: 'integer' })
  limit!: number;

  @ApiProperty({ type: String, nullable: true, description: 'Send as `cursor` for the next page; null at the end.' })
  nextCursor!: string | null;

  @ApiProperty({ type: 'integer', required: false, description: 'With `count=true`: all that match.' })
  total?: number;
}

/** Where a page stands in a list that can be turned in both directions. */
export class PageBothWays extends PageInfo {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Send as `cursor` for the page before; null on the first one.',
  })
  prevCursor!: string | null;
}
