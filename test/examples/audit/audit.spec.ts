import { WorkflowRunner } from '@workflow-runner/runner';
import { expect, it } from 'vitest';
import { PackingWorkflow } from '../packing.workflow.js';
import { firstSampleOf, regionOf } from '../samples.js';
import { askTheTrail } from './ask-the-trail.js';

it('The question of docs/audit.md is the one that runs here', () => {
  expect(regionOf('test/examples/audit/ask-the-trail.ts', 'sample')).toBe(firstSampleOf('docs/audit.md'));
});

it('It is answered with what she has cancelled', async () => {
  const runner = new WorkflowRunner({
    persistence: { connectionString: 'memory:' },
    workflows: [PackingWorkflow],
  });
  await runner.initialize();
  const ada = { subject: 'ada', kind: 'user', roles: ['operator'], tenantId: null } as const;
  const [mine, other] = [
    await runner.startWorkflow(PackingWorkflow, {}),
    await runner.startWorkflow(PackingWorkflow, {}),
  ];
  await runner.cancelWorkflow(mine, 'ordered twice', { caller: ada });
  await runner.cancelWorkflow(other);

  const { items, nextCursor } = await askTheTrail(runner);
  await runner.stop();

  expect(items.map(({ instanceId, reason }) => [instanceId, reason])).toEqual([[mine, 'ordered twice']]);
  expect(nextCursor).toBeNull();
});
