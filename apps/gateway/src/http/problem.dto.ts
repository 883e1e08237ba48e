import { HTTP_STATUS, type ErrorCode, type FieldError } from '@app/contracts';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';

class InvalidField implements FieldError {
  @ApiProperty({ example: 'lines.0.quantity' })
  field!: string;

  @ApiProperty({ example: 'must be at least 1 (adjust: not 0; count: 0 or more)' })
  message!: string;
}

/** RFC 9457 problem details, for the documentation. Some codes have members of their own, such as `available`. */
@ApiSchema({ name: 'Problem' })
export class ProblemDetails {
  @ApiProperty({ example: '/problems/not-found' })
  type!: string;

  @ApiProperty({ enum: Object.keys(HTTP_STATUS), enumName: 'ErrorCode' })
  code!: ErrorCode;

  @ApiProperty()
  title!: string;

  @ApiProperty({ type: 'integer' })
  status!: number;

  @ApiProperty({ description: 'What is wrong in this case.' })
  detail!: string;

  @ApiProperty({ description: 'The path that was asked for.', required: false })
  instance?: string;

  @ApiProperty({ description: 'Also in `X-Request-Id` and in the log.', required: false })
  requestId?: string;

  @ApiProperty({ type: [InvalidField], required: false })
  errors?: FieldError[];
}
