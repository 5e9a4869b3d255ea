import { Inject, Injectable } from '@nestjs/common';
import {
  ExecutionResult,
  StepBody,
  Workflow,
  type StepContext,
  type WorkflowBuilder,
} from '@workflow-runner/runner';
import { Payments } from './payments.js';

export interface Order {
  orderId: string;
  amount: number;
  receipt?: string;
}

/** A step is a class; as a provider it may have anything injected. Each execution gets an object of its own. */
@Injectable()
export class ChargeCard extends StepBody {
  amount = 0;
  receipt = '';

  constructor(@Inject(Payments) private readonly payments: Payments) {
    super();
  }

  override async run(context: StepContext): Promise<ExecutionResult> {
    // The same key after a crash or a retry, so that a card is charged once.
    this.receipt = await this.payments.charge(this.amount, context.idempotencyKey);
    return ExecutionResult.next();
  }
}

@Workflow({ nameSpace: 'shop', name: 'order', version: '1.0' })
export class OrderWorkflow {
  build(builder: WorkflowBuilder<Order>): void {
    builder
      .startWith(ChargeCard)
      .input((step, data) => {
        step.amount = data.amount;
      })
      .output((step, data) => {
        data.receipt = step.receipt;
      })
      // An event that came before the wait counts, too.
      .waitFor(
        'order.shipped',
        (data) => data.orderId,
        () => new Date(0),
      );
  }
}
