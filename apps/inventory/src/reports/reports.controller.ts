import { Handle } from '@app/common';
import {
  reports,
  type AskClasses,
  type AskDeadStock,
  type AskTurnover,
  type AskValuation,
  type ClassReport,
  type DeadStock,
  type ReorderReport,
  type Reported,
  type ReportPage,
  type Summary,
  type TurnoverReport,
  type Valuation,
} from '@app/contracts';
import { Controller } from '@nestjs/common';
import { ConsumptionService } from './consumption.service';
import { ReportsService } from './reports.service';
import { ValuationService } from './valuation.service';

@Controller()
export class ReportsController {
  constructor(
    private readonly service: ReportsService,
    private readonly valuations: ValuationService,
    private readonly consumption: ConsumptionService,
  ) {}

  @Handle(reports.summary)
  summary(): Promise<Reported<Summary>> {
    return this.service.summary();
  }

  @Handle(reports.reorder)
  reorder(page: ReportPage): Promise<Reported<ReorderReport>> {
    return this.service.reorder(page);
  }

  @Handle(reports.valuation)
  valuation(question: AskValuation): Promise<Reported<Valuation>> {
    return this.valuations.valuation(question);
  }

  @Handle(reports.turnover)
  turnover(question: AskTurnover): Promise<Reported<TurnoverReport>> {
    return this.consumption.turnover(question);
  }

  @Handle(reports.abc)
  abc(question: AskClasses): Promise<Reported<ClassReport>> {
    return this.consumption.abc(question);
  }

  @Handle(reports.deadStock)
  deadStock(question: AskDeadStock): Promise<Reported<DeadStock>> {
    return this.consumption.deadStock(question);
  }
}
