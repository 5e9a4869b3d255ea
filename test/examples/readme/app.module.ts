import { Inject, Injectable, Module } from '@nestjs/common';
import {
  ExecutionResult,
  StepBody,
  Workflow,
  WorkflowRunnerModule,
  type StepContext,
  type WorkflowBuilder,
} from '@workflow-runner/runner';
import { Payments } from './payments.js';

// #region sample
@Injectable()
class ChargeCard extends StepBody {
  amount = 0;
  receipt = '';
  constructor(@Inject(Payments) private readonly payments: Payments) {
    super();
  }
  async run(context: StepContext) {
    // The key is the same over retries and crashes: hand it to whatever must act only once.
    this.receipt = await this.payments.charge(this.amount, context.idempotencyKey);
    return ExecutionResult.next();
  }
}

@Workflow({ nameSpace: 'shop', name: 'order', version: '1.0' })
class OrderWorkflow {
  build(builder: WorkflowBuilder<{ orderId: string; amount: number; receipt?: string }>) {
    builder
      .startWith(ChargeCard)
      .input((step, data) => (step.amount = data.amount))
      .output((step, data) => (data.receipt = step.receipt))
      .waitFor(
        'order.shipped',
        (data) => data.orderId,
        () => new Date(0),
      );
  }
}

@Module({
  imports: [
    WorkflowRunnerModule.forRoot({ persistence: { connectionString: 'sqlite:./data/workflows.db' } }),
  ],
  providers: [OrderWorkflow, ChargeCard, Payments],
})
class AppModule {}
// #endregion

export { AppModule };
