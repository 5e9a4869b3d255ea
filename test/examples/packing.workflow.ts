import { ExecutionResult, StepBody, Workflow, type WorkflowBuilder } from '@workflow-runner/runner';

class Pack extends StepBody {
  override run() {
    return Promise.resolve(ExecutionResult.next());
  }
}

/** Packs, and waits until somebody says that it is gone. */
@Workflow({ nameSpace: 'shop', name: 'order', version: '1.0' })
export class PackingWorkflow {
  build(builder: WorkflowBuilder<object>): void {
    builder.startWith(Pack).waitFor('shipped', () => 'x');
  }
}
