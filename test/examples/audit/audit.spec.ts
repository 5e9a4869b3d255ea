import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ExecutionResult,
  StepBody,
  Workflow,
  WorkflowRunner,
  type WorkflowBuilder,
} from '@workflow-runner/runner';
import { expect, it } from 'vitest';
import { askTheTrail } from './ask-the-trail.js';

class Pack extends StepBody {
  override run() {
    return Promise.resolve(ExecutionResult.next());
  }
}

@Workflow({ nameSpace: 'shop', name: 'order', version: '1.0' })
class OrderWorkflow {
  build(builder: WorkflowBuilder<object>): void {
    builder.startWith(Pack).waitFor('shipped', () => 'x');
  }
}

it('The question of docs/audit.md is the one that runs here', () => {
  const read = (path: string) => readFileSync(join(import.meta.dirname, path), 'utf8');
  const [, shown] = /```ts\n([^]*?)```/.exec(read('../../../docs/audit.md'))!;
  const [, run] = /\/\/ #region sample\n([^]*?) *\/\/ #endregion/.exec(read('ask-the-trail.ts'))!;
  expect(run!.replaceAll(/^ {2}/gm, '')).toBe(shown);
});

it('It is answered with what she has cancelled', async () => {
  const runner = new WorkflowRunner({
    persistence: { connectionString: 'memory:' },
    workflows: [OrderWorkflow],
  });
  await runner.initialize();
  const ada = { subject: 'ada', kind: 'user', roles: ['operator'], tenantId: null } as const;
  const [mine, other] = [
    await runner.startWorkflow(OrderWorkflow, {}),
    await runner.startWorkflow(OrderWorkflow, {}),
  ];
  await runner.cancelWorkflow(mine, 'ordered twice', { caller: ada });
  await runner.cancelWorkflow(other);

  const { items, nextCursor } = await askTheTrail(runner);
  await runner.stop();

  expect(items.map(({ instanceId, reason }) => [instanceId, reason])).toEqual([[mine, 'ordered twice']]);
  expect(nextCursor).toBeNull();
});
