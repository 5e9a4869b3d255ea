import { ExecutionResult, StepBody, type IWorkflow, type WorkflowBuilder } from '@workflow-runner/runner';

class Work extends StepBody {
  label = 'work';

  async run() {
    return ExecutionResult.outcome('done');
  }
}

class Fail extends StepBody {
  async run(): Promise<ExecutionResult> {
    throw Object.assign(new Error('No such bank'), { code: 'ENOTFOUND' });
  }
}

interface Data {
  readonly key?: string;
}

const workflow = (name: string, build: (builder: WorkflowBuilder<Data>) => void): IWorkflow => ({
  nameSpace: 'sample',
  name,
  version: '1.0.0',
  category: 'workflow',
  component: { build },
  props: { password: 'p', retries: 2 },
});

/** One that ends, one that waits, one that fails, one with branches. */
export const SAMPLES: readonly IWorkflow[] = [
  workflow('ends', (builder) => builder.startWith(Work)),
  workflow('waits', (builder) =>
    builder
      .startWith(Work)
      .waitFor('sample.go', (data) => data.key ?? '')
      .then(Work),
  ),
  workflow('fails', (builder) => builder.startWith(Fail)),
  workflow('branches', (builder) =>
    builder
      .startWith(Work)
      .if((data) => data.key === 'a')
      .do((then) => then.startWith(Work))
      .saga((saga) => saga.startWith(Work).compensateWith(Work)),
  ),
];
