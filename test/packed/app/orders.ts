import { Injectable } from '@nestjs/common';
import {
  ExecutionResult,
  OnWorkflowEvent,
  StepBody,
  Workflow,
  type RunnerTelling,
  type StepContext,
  type WorkflowBuilder,
} from '@workflow-runner/runner';
import { Pool } from './pool.js';

export interface Order {
  ms: number;
  rows?: number;
}

/** Asks the application's own pool for something, for as long as it is told to. */
@Injectable()
export class Slow extends StepBody {
  ms = 0;
  rows = 0;

  constructor(private readonly pool: Pool) {
    super();
  }

  async run(context: StepContext): Promise<ExecutionResult> {
    console.log(`step begins, attempt ${context.attempt}`);
    this.rows = await this.pool.query(this.ms);
    console.log('step ends');
    return ExecutionResult.next();
  }
}

@Workflow({ nameSpace: 'shop', name: 'order', version: '1.0' })
export class OrderWorkflow {
  build(builder: WorkflowBuilder<Order>): void {
    builder
      .startWith(Slow)
      .input((step, data) => {
        step.ms = data.ms;
      })
      .output((step, data) => {
        data.rows = step.rows;
      });
  }
}

@Injectable()
export class Ears {
  @OnWorkflowEvent('completed', 'shop.*')
  onCompleted({ instanceId }: RunnerTelling): void {
    console.log(`completed ${instanceId}`);
  }
}
