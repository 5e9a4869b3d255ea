import { WorkflowTestKit } from '@workflow-runner/testing';
import { expect, it, onTestFinished } from 'vitest';
import { workflows } from '../index.js';

it('the welcome is started by the runner itself, and greets', async () => {
  const kit = await WorkflowTestKit.create({ workflows });
  onTestFinished(() => kit.close());
  await kit.settled();
  const [report] = kit.runner.autoStarted;
  expect(report).toMatchObject({ workflowId: 'system.welcome@1.0.0', outcome: 'started' });
  expect(await kit.completed(report!.instanceId!)).toMatchObject({
    data: { greetedAt: '2026-01-01T00:00:00.000Z' },
  });
  expect(kit.logs.of('welcome.greeted')).toMatchObject([
    { fields: { greeting: 'Workflow Runner is ready.' } },
  ]);
});
