import { TcpClient } from '@app/common';
import {
  CreateLocation,
  ListLocations,
  Location,
  LocationPage,
  NoQuery,
  UpdateLocation,
  WriteQuery,
  locations,
} from '@app/contracts';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Describes } from '../auth/document';
import { Roles } from '../auth/policy';
import { Commands } from '../http/commands.service';
import { Writes } from '../http/documented';
import { CurrentExchange, type Exchange } from '../http/exchange';
import { LocationCodePipe } from '../http/path-id';

@ApiTags('locations')
@Controller('locations')
@Roles('manager')
export class LocationsController {
  constructor(
    private readonly commands: Commands,
    private readonly inventory: TcpClient,
  ) {}

  @Get()
  @Roles('viewer')
  @Describes({
    id: 'listLocations',
    summary: 'The places where stock can be, by code',
    description: 'In pages. Closed ones are left out; `closed=true` lists only them.',
    answer: LocationPage,
  })
  list(@Query() { ...query }: ListLocations, @CurrentExchange() { request }: Exchange): Promise<LocationPage> {
    return this.inventory.call(locations.list, query, { requestId: request.id });
  }

  @Post()
  @Writes({
    id: 'createLocation',
    summary: 'Add a place where stock can be, or open a closed one again',
    description: 'The code of a closed location opens that one again, with this name and address.',
    status: 201,
    answer: Location,
    refuses: ['duplicate'],
  })
  create(
    @Body() location: CreateLocation,
    @Query() { dryRun }: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Location> {
    return this.commands.run(exchange, locations.create, { location }, { path: '/locations', dryRun });
  }

  @Get(':code')
  @Roles('viewer')
  @Describes({
    id: 'getLocation',
    summary: 'A location, also a closed one',
    description: '`main` is always there.',
    answer: Location,
    refuses: ['not-found'],
  })
  get(
    @Param('code', LocationCodePipe) code: string,
    @Query() _query: NoQuery,
    @CurrentExchange() { request }: Exchange,
  ): Promise<Location> {
    return this.inventory.call(locations.get, { code }, { requestId: request.id });
  }

  @Patch(':code')
  @Writes({
    id: 'updateLocation',
    summary: 'Change name or address of a location',
    description: 'The code never changes: movements say it.',
    answer: Location,
    refuses: ['not-found'],
  })
  update(
    @Param('code', LocationCodePipe) code: string,
    @Body() changes: UpdateLocation,
    @Query() { dryRun }: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Location> {
    const path = `/locations/${code}`;
    return this.commands.run(exchange, locations.update, { code, changes }, { path, dryRun });
  }

  @Delete(':code')
  @HttpCode(204)
  @Writes({
    id: 'closeLocation',
    summary: 'Close a location that is empty',
    description:
      'Nothing can be moved to or from it from then on; its history stays. Refused with `location-not-empty` while any stock is ' +
      'there (on hand, reserved, set aside or on its way there), and always for `main`. One that is closed already: 204.',
    status: 204,
    refuses: ['not-found', 'location-not-empty'],
  })
  close(
    @Param('code', LocationCodePipe) code: string,
    @Query() { dryRun }: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<null> {
    return this.commands.run(exchange, locations.close, { code }, { path: `/locations/${code}`, dryRun });
  }
}
