import { ApiProperty } from '@nestjs/swagger';

/** A broken invariant that a verification found. */
export class Fault {
  @ApiProperty({ type: 'integer' })
  position!: number;

  @ApiProperty({ example: 'hash', description: 'Which promise is broken.' })
  kind!: string;

  @ApiProperty()
  detail!: string;
}

/** `GET /ledger/verify`. */
export class Verification {
  @ApiProperty()
  ok!: boolean;

  @ApiProperty({ type: 'integer', description: 'The last position that was checked.' })
  position!: number;

  @ApiProperty({
    description: 'Hash of the event there: kept elsewhere, it later proves that nothing before was changed.',
  })
  hash!: string;

  @ApiProperty({ type: 'integer', description: 'Events that were checked.' })
  checked!: number;

  @ApiProperty({ type: [Fault], description: 'The first 100.' })
  faults!: Fault[];
}

/** `POST /ledger/rebuild`. */
export class Rebuilt {
  @ApiProperty({ type: 'integer' })
  position!: number;

  @ApiProperty({ type: 'integer' })
  items!: number;

  @ApiProperty({ type: 'integer' })
  reservations!: number;

  @ApiProperty({ type: 'integer' })
  transfers!: number;

  @ApiProperty({ type: 'integer' })
  expectations!: number;
}
