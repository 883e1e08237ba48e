import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, ValidateBy, ValidateIf } from 'class-validator';
import { Transform } from 'class-transformer';
import { Id, OneOf, Text, Time, WholeQuery } from './fields';
import { LIMITS } from './limits';
import { PageInfo } from './page.dto';
import { ROLES, type Role } from './roles';

const EMAIL = /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)*$/;

/** An e-mail address; kept in lower case, since nobody remembers how they capitalised it. */
function Email(): PropertyDecorator {
  return (target, key) => {
    ApiProperty({ type: 'string', format: 'email', maxLength: 254, example: 'ana@example.com' })(target, key);
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim().toLowerCase() : value))(
      target,
      key,
    );
    ValidateBy({
      name: 'email',
      validator: {
        validate: (value) =>
          typeof value === 'string' && value.length <= 254 && EMAIL.test(value) && /^[\x21-\x7e]+$/.test(value),
        defaultMessage: () => 'must be an e-mail address',
      },
    })(target, key);
  };
}

function Password(): PropertyDecorator {
  return Text({ min: LIMITS.passwordMin, max: LIMITS.passwordMax, example: 'correct horse battery' });
}

export class Login {
  @Email()
  email!: string;

  /** Not held to the rules of a new password: one that breaks them is simply wrong. */
  @Text({ max: 1_000, example: 'correct horse battery' })
  password!: string;
}

export class Refresh {
  @Text({ max: 1_000 })
  refreshToken!: string;
}

export class ChangePassword {
  @Text({ max: 1_000 })
  current!: string;

  @Password()
  next!: string;
}

export class Me {
  @ApiProperty()
  id!: string;

  @ApiProperty({ example: 'ana@example.com', description: 'For an API key: its name.' })
  email!: string;

  @ApiProperty({ enum: ROLES, enumName: 'Role' })
  role!: Role;
}

export class TokenPair {
  @ApiProperty()
  accessToken!: string;

  @ApiProperty({ description: 'Good for one refresh; using it twice ends the session.' })
  refreshToken!: string;

  @ApiProperty({ enum: ['Bearer'] })
  tokenType!: 'Bearer';

  @ApiProperty({ type: 'integer', description: 'Seconds that the access token is good for.' })
  expiresIn!: number;

  @ApiProperty({ type: Me })
  user!: Me;
}

export class CreateUser {
  @Email()
  email!: string;

  @Password()
  password!: string;

  @OneOf(ROLES)
  role!: Role;
}

export class UpdateUser {
  @OneOf(ROLES, { optional: true })
  role?: Role;

  @ApiProperty({ required: false })
  @ValidateIf((_, value) => value !== undefined)
  @IsBoolean({ message: 'must be true or false' })
  disabled?: boolean;
}

export class User extends Me {
  @ApiProperty()
  disabled!: boolean;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
}

/** `GET /users`, `GET /api-keys`: in the order of their creation. */
export class ListIdentities {
  @WholeQuery({ min: 1, max: LIMITS.pageSize, default: LIMITS.pageSizeDefault })
  limit?: number;

  @Id({ optional: true, description: '`page.nextCursor` of the page before.' })
  cursor?: string;
}

export class UserPage {
  @ApiProperty({ type: [User] })
  data!: User[];

  @ApiProperty({ type: PageInfo })
  page!: PageInfo;
}

export class CreateApiKey {
  @Text({ max: LIMITS.category, example: 'till 3' })
  name!: string;

  @OneOf(ROLES)
  role!: Role;

  @Time({ optional: true, description: 'When it stops working; without it, never.' })
  expiresAt?: string;
}

export class ApiKey {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: ROLES, enumName: 'Role' })
  role!: Role;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expiresAt!: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
}

export class ApiKeyPage {
  @ApiProperty({ type: [ApiKey] })
  data!: ApiKey[];

  @ApiProperty({ type: PageInfo })
  page!: PageInfo;
}

export class CreatedApiKey extends ApiKey {
  @ApiProperty({ description: 'The key itself: shown this once.' })
  key!: string;
}
