import { Handle } from '@app/common';
import {
  reports,
  type AskValuation,
  type ReorderReport,
  type Reported,
  type ReportPage,
  type Summary,
  type Valuation,
} from '@app/contracts';
import { Controller } from '@nestjs/common';
import { ReportsService } from './reports.service';
import { ValuationService } from './valuation.service';

@Controller()
export class ReportsController {
  constructor(
    private readonly service: ReportsService,
    private readonly valuations: ValuationService,
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
}
