import { Handle } from '@app/common';
import {
  locations,
  type CloseLocationCommand,
  type CreateLocationCommand,
  type Done,
  type ListLocations,
  type Location,
  type LocationPage,
  type UpdateLocationCommand,
} from '@app/contracts';
import { Controller } from '@nestjs/common';
import { LocationsService } from './locations.service';

@Controller()
export class LocationsController {
  constructor(private readonly service: LocationsService) {}

  @Handle(locations.create)
  create(command: CreateLocationCommand): Promise<Done<Location>> {
    return this.service.create(command);
  }

  @Handle(locations.update)
  update(command: UpdateLocationCommand): Promise<Done<Location>> {
    return this.service.update(command);
  }

  @Handle(locations.close)
  close(command: CloseLocationCommand): Promise<Done<null>> {
    return this.service.close(command);
  }

  @Handle(locations.get)
  get({ code }: { code: string }): Promise<Location> {
    return this.service.get(code);
  }

  @Handle(locations.list)
  list(query: ListLocations): Promise<LocationPage> {
    return this.service.list(query);
  }
}
