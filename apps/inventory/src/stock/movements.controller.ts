import { Handle } from '@app/common';
import {
  movements,
  type BatchReply,
  type ListHistory,
  type MoveBatchCommand,
  type MoveCommand,
  type MovementListReply,
  type Moved,
  type ReverseCommand,
} from '@app/contracts';
import { Controller } from '@nestjs/common';
import { HistoryService } from './history.service';
import { MovementsService } from './movements.service';

@Controller()
export class MovementsController {
  constructor(
    private readonly service: MovementsService,
    private readonly history: HistoryService,
  ) {}

  @Handle(movements.apply)
  apply(command: MoveCommand): Promise<Moved> {
    return this.service.apply(command);
  }

  @Handle(movements.batch)
  batch(command: MoveBatchCommand): Promise<BatchReply> {
    return this.service.batch(command);
  }

  @Handle(movements.reverse)
  reverse(command: ReverseCommand): Promise<Moved> {
    return this.service.reverse(command);
  }

  @Handle(movements.list)
  list(query: ListHistory): Promise<MovementListReply> {
    return this.history.list(query);
  }
}
