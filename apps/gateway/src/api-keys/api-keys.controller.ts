import { ApiKeyPage, CreateApiKey, CreatedApiKey, ListIdentities, NoQuery } from '@app/contracts';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Describes } from '../auth/document';
import { Roles } from '../auth/policy';
import { IdPipe } from '../http/path-id';
import { ApiKeys } from './api-keys.service';

@ApiTags('api-keys')
@Roles('admin')
@Controller('api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeys) {}

  @Get()
  @Describes({
    id: 'listApiKeys',
    summary: 'All API keys, without the keys themselves',
    description: 'In pages, with those that have expired.',
    answer: ApiKeyPage,
  })
  list(@Query() query: ListIdentities): Promise<ApiKeyPage> {
    return this.keys.list(query);
  }

  @Post()
  @Describes({
    id: 'createApiKey',
    summary: 'Create an API key; the answer shows it this once',
    description:
      'For programs: sent as `X-API-Key`, or as the token of a socket. It has a role as users have, and ends at `expiresAt`, if that is given.',
    status: 201,
    answer: CreatedApiKey,
  })
  create(@Body() key: CreateApiKey, @Query() _query: NoQuery): Promise<CreatedApiKey> {
    return this.keys.create(key);
  }

  @Delete(':id')
  @HttpCode(204)
  @Describes({
    id: 'deleteApiKey',
    summary: 'Remove an API key; it is refused at once',
    description: 'Requests with it are 401 within a second, its sockets are closed within five.',
  })
  remove(@Param('id', IdPipe) id: string, @Query() _query: NoQuery): Promise<void> {
    return this.keys.remove(id);
  }
}
