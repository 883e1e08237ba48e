import { ApiKeyPage, CreateApiKey, CreatedApiKey, ListIdentities, NoQuery } from '@app/contracts';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Roles } from '../auth/policy';
import { IdPipe } from '../http/id.pipe';
import { ApiKeys } from './api-keys.service';

@ApiTags('api-keys')
@Roles('admin')
@Controller('api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeys) {}

  @Get()
  @ApiOperation({ summary: 'All API keys, without the keys themselves' })
  list(@Query() query: ListIdentities): Promise<ApiKeyPage> {
    return this.keys.list(query);
  }

  @Post()
  @ApiOperation({ summary: 'Create an API key; the answer shows it this once' })
  create(@Body() key: CreateApiKey, @Query() _query: NoQuery): Promise<CreatedApiKey> {
    return this.keys.create(key);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove an API key; it is refused at once' })
  remove(@Param('id', IdPipe) id: string, @Query() _query: NoQuery): Promise<void> {
    return this.keys.remove(id);
  }
}
