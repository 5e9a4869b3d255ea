import {
  ExecutionResult,
  StepBody,
  type IWorkflow,
  type IWorkflowRunnerMetrics,
  type WorkflowBuilder,
} from '@workflow-runner/runner';

/** What the document writes its lines into. */
export const lines: unknown[][] = [];
const line = (...words: unknown[]): void => void lines.push(words);
export const logger = { debug: line, info: line, warn: line, error: line };

export const isArray = Array.isArray;
export const THRESHOLD = 0;

class Pass extends StepBody {
  async run(): Promise<ExecutionResult> {
    return ExecutionResult.next();
  }
}

class Wait {
  readonly id: string = 'wait';
  readonly version: number = 1;
  build(builder: WorkflowBuilder<unknown>): void {
    builder.startWith(Pass).waitFor('never', () => 'comes');
  }
}

export class MyWorkflowClass {
  readonly id: string = 'my-workflow';
  readonly version: number = 1;
  build(builder: WorkflowBuilder<{ inputData: string; userId: string }>): void {
    builder.startWith(Pass);
  }
}

export class InitWorkflow extends Wait {
  override readonly id = 'initialization-workflow';
}

export const DefaultWorkflows: IWorkflow[] = [
  { nameSpace: 'default', name: 'wait', version: '1.0', component: Wait, category: 'workflow' },
];

export const reactoryModules: { enabled: { name: string; workflows?: unknown }[] } = {
  enabled: [{ name: 'with', workflows: [...DefaultWorkflows, { category: 'form' }] }, { name: 'without' }],
};

/** The members that the document's class uses and does not show. */
export interface MetricsSource {
  state: { workflows: readonly unknown[] };
  getActiveInstanceCount(): number;
  getCompletedTodayCount(): number;
  calculateErrorRate(): number;
  calculateAverageExecutionTime(): number;
  getResourceUtilization(): IWorkflowRunnerMetrics['resourceUtilization'];
}
