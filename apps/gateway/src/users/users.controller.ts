import { CreateUser, ListIdentities, NoQuery, UpdateUser, User, UserPage } from '@app/contracts';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Describes } from '../auth/document';
import { Roles } from '../auth/policy';
import { IdPipe } from '../http/path-id';
import { Users } from './users.service';

@ApiTags('users')
@Roles('admin')
@Controller('users')
export class UsersController {
  constructor(private readonly users: Users) {}

  @Get()
  @Describes({
    id: 'listUsers',
    summary: 'All users, in the order of their creation',
    description: 'In pages. Passwords are never shown.',
    answer: UserPage,
  })
  list(@Query() query: ListIdentities): Promise<UserPage> {
    return this.users.list(query);
  }

  @Post()
  @Describes({
    id: 'createUser',
    summary: 'Create a user',
    description:
      'The role is viewer, clerk, manager or admin; each may do what the one before may. The password has 12 to 128 characters.',
    status: 201,
    answer: User,
    refuses: ['duplicate'],
  })
  create(@Body() user: CreateUser, @Query() _query: NoQuery): Promise<User> {
    return this.users.create(user);
  }

  @Patch(':id')
  @Describes({
    id: 'updateUser',
    summary: 'Change role or state; if anything changed, the sessions of the user end',
    description: '`disabled: true` keeps the user and lets it in no more. The last admin stays one: 409 `last-admin`.',
    answer: User,
    refuses: ['last-admin'],
  })
  update(@Param('id', IdPipe) id: string, @Body() changes: UpdateUser, @Query() _query: NoQuery): Promise<User> {
    return this.users.update(id, changes);
  }

  @Delete(':id')
  @HttpCode(204)
  @Describes({
    id: 'deleteUser',
    summary: 'Remove a user and end its sessions',
    description: 'What the user did stays in the ledger under its name. The last admin stays: 409 `last-admin`.',
    refuses: ['last-admin'],
  })
  remove(@Param('id', IdPipe) id: string, @Query() _query: NoQuery): Promise<void> {
    return this.users.remove(id);
  }
}
