import { CreateUser, ListIdentities, NoQuery, UpdateUser, User, UserPage } from '@app/contracts';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Roles } from '../auth/policy';
import { IdPipe } from '../http/id.pipe';
import { Users } from './users.service';

@ApiTags('users')
@Roles('admin')
@Controller('users')
export class UsersController {
  constructor(private readonly users: Users) {}

  @Get()
  @ApiOperation({ summary: 'All users, in the order of their creation' })
  list(@Query() query: ListIdentities): Promise<UserPage> {
    return this.users.list(query);
  }

  @Post()
  @ApiOperation({ summary: 'Create a user' })
  create(@Body() user: CreateUser, @Query() _query: NoQuery): Promise<User> {
    return this.users.create(user);
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Change role or state; ends the sessions of the user when anything changed' })
  update(@Param('id', IdPipe) id: string, @Body() changes: UpdateUser, @Query() _query: NoQuery): Promise<User> {
    return this.users.update(id, changes);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a user and end its sessions' })
  remove(@Param('id', IdPipe) id: string, @Query() _query: NoQuery): Promise<void> {
    return this.users.remove(id);
  }
}
