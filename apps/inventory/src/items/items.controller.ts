import { Handle } from '@app/common';
import {
  items,
  type CreateItemCommand,
  type DeleteItemCommand,
  type Done,
  type Item,
  type ItemListReply,
  type ItemQuery,
  type ItemsReply,
  type LevelPage,
  type ListLevels,
  type LowItems,
  type RestoreItemCommand,
  type UpdateItemCommand,
} from '@app/contracts';
import { Controller } from '@nestjs/common';
import { ItemsService } from './items.service';

@Controller()
export class ItemsController {
  constructor(private readonly service: ItemsService) {}

  @Handle(items.create)
  create(command: CreateItemCommand): Promise<Done<Item>> {
    return this.service.create(command);
  }

  @Handle(items.update)
  update(command: UpdateItemCommand): Promise<Done<Item>> {
    return this.service.update(command);
  }

  @Handle(items.delete)
  delete(command: DeleteItemCommand): Promise<Done<null>> {
    return this.service.delete(command);
  }

  @Handle(items.restore)
  restore(command: RestoreItemCommand): Promise<Done<Item>> {
    return this.service.restore(command);
  }

  @Handle(items.get)
  get({ ids }: { ids: string[] }): Promise<ItemsReply> {
    return this.service.get(ids);
  }

  @Handle(items.find)
  find(code: { sku: string } | { barcode: string }): Promise<{ id: string }> {
    return this.service.find(code);
  }

  @Handle(items.list)
  list(query: ItemQuery): Promise<ItemListReply> {
    return this.service.list(query);
  }

  @Handle(items.levels)
  levels(query: ListLevels & { itemId: string }): Promise<LevelPage> {
    return this.service.levels(query);
  }

  @Handle(items.snapshot)
  snapshot({ itemId }: { itemId: string }): Promise<{ item: Item | null; position: number; epoch: string }> {
    return this.service.snapshot(itemId);
  }

  @Handle(items.low)
  low({ limit }: { limit: number }): Promise<LowItems> {
    return this.service.low(limit);
  }
}
