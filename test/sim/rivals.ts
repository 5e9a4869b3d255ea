import type { Commit } from '@workflow-runner/contract';
import { ExecutionResult, StepBody } from '@workflow-runner/engine';
import type {
  IWorkflow,
  StepContext,
  StepExecutionContext,
  WorkflowBase,
  WorkflowBuilder,
} from '@workflow-runner/engine';
import type { Workplace } from './bodies.js';
import type { Data } from './place.js';

/** Who wants the slot of the program's instance, too. */
export const RIVALS = ['rival a', 'rival b', 'rival c'];
/** Another version, so that what is said of the program's instance is said of it alone. */
export const RIVAL = { workflowId: 'default.random-program', version: '0.1.0' };

const ROUNDS = 4;
const WORK_MS = 7;
const PAUSE_MS = 40;

/** What is known of the program's instance must not be learned from theirs. */
export function isOfRival({ workflowId }: Commit): boolean {
  return workflowId === `${RIVAL.workflowId}@${RIVAL.version}`;
}

/** The program's workflow, of which one instance runs at once. */
export function withOneSlot(workflow: new () => WorkflowBase<Data>): IWorkflow {
  const { id: name, version } = new workflow();
  const names = { nameSpace: 'default', name, version, category: 'workflow' } as const;
  return { ...names, component: workflow, concurrency: 1 };
}

/** Takes the slot for a moment, gives it back, and wants it again a while later. */
export function rivalOf(workplace: Workplace): IWorkflow {
  class Work extends StepBody {
    override async run(given: StepExecutionContext): Promise<ExecutionResult> {
      if (workplace.isDead) return new Promise(() => undefined);
      const { workflow, signal } = given as StepContext;
      const { world } = workplace;
      world.enterRival((workflow.data as { name: string }).name);
      try {
        await workplace.work(WORK_MS, signal);
      } finally {
        if (!workplace.isDead) world.leaveRival();
      }
      return ExecutionResult.next();
    }
  }
  const build = (builder: WorkflowBuilder<Data>): void => {
    let chain = builder.startWith(Work);
    for (let round = 1; round < ROUNDS; round += 1) chain = chain.delay(() => PAUSE_MS).then(Work);
  };
  const { version } = RIVAL;
  const names = { nameSpace: 'default', name: 'random-program', version, category: 'workflow' } as const;
  return { ...names, component: { build } };
}
