import { Inject, Injectable } from '@nestjs/common';
import { ExecutionResult, StepBody, type StepContext } from '@workflow-runner/runner';
import { dayBefore, type Report } from './report.js';
import { Archive, Sales, type Figures } from './sources.js';

const DAY = /^\d{4}-\d\d-\d\d$/;

/** Decides once which day it is about: a report that is retried the next morning is still about the same day. */
export class ChooseDay extends StepBody {
  date: string | undefined;

  override run(): Promise<ExecutionResult> {
    this.date ??= dayBefore(new Date());
    if (!DAY.test(this.date))
      throw Object.assign(new Error('date must be YYYY-MM-DD'), { category: 'validation' });
    return ExecutionResult.next();
  }
}

@Injectable()
export class CollectFigures extends StepBody {
  date = '';
  figures: Figures = { orders: 0, revenue: 0 };

  constructor(@Inject(Sales) private readonly sales: Sales) {
    super();
  }

  override async run(): Promise<ExecutionResult> {
    this.figures = await this.sales.of(this.date);
    return ExecutionResult.next();
  }
}

@Injectable()
export class StoreReport extends StepBody {
  report!: Report;
  text = '';

  constructor(@Inject(Archive) private readonly archive: Archive) {
    super();
  }

  override async run(context: StepContext): Promise<ExecutionResult> {
    const { date = '', orders, revenue } = this.report;
    this.text = `${orders} orders, ${revenue} earned`;
    await this.archive.put(date, this.text);
    context.logger.info('report.stored', { date, text: this.text });
    return ExecutionResult.next();
  }
}
