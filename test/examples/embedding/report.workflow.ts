import { ExecutionResult, StepBody, type WorkflowBuilder } from '@workflow-runner/runner';

class CountPages extends StepBody {
  override async run(): Promise<ExecutionResult> {
    return ExecutionResult.next();
  }
}

export class ReportWorkflow {
  readonly id = 'report';
  readonly version = 1;

  build(builder: WorkflowBuilder<{ month: string }>): void {
    builder.startWith(CountPages);
  }
}
