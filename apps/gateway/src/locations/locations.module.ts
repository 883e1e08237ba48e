import { Module } from '@nestjs/common';
import { HttpModule } from '../http/http.module';
import { LocationsController } from './locations.controller';

@Module({ imports: [HttpModule], controllers: [LocationsController] })
export class LocationsModule {}
