import { join } from 'node:path';
import { ExecutionResult, StepBody, WorkflowRunner } from '@workflow-runner/runner';
import { makeWorkflows } from '../workflows.mjs';

/** This engine, on SQLite with `synchronous=FULL`, by its public door. */
export async function open(directory, hooks) {
  const runner = new WorkflowRunner({
    workflows: makeWorkflows({ StepBody, ExecutionResult }, hooks),
    persistence: { connectionString: `sqlite:${join(directory, 'bench.db')}` },
  });
  await runner.initialize();
  return {
    durable: 'SQLite, synchronous=FULL',
    start: (workflow, data) => runner.startWorkflow(workflow, undefined, data),
    done: async (id) => (await runner.waitForCompletion(id)).data,
    close: () => runner.stop(),
  };
}
