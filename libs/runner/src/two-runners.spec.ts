import { afterEach, describe, expect, it } from 'vitest';
import { ExecutionResult, StepBody } from '@workflow-runner/engine';
import type { WorkflowBuilder } from '@workflow-runner/engine';
import { deferred, RunnerLab, Waits } from '../../../test/runner/lab.js';

const lab = new RunnerLab();
afterEach(() => lab.clear());

describe('Two runners of one process over one file', () => {
  it('share the work, and no instance is run by both', async () => {
    const gate = deferred<void>();
    class Blocks extends StepBody {
      async run(): Promise<ExecutionResult> {
        await gate.promise;
        return ExecutionResult.next();
      }
    }
    class Blocked {
      readonly id = 'blocked';
      readonly version = 1;
      build(builder: WorkflowBuilder<unknown>): void {
        builder.startWith(Blocks);
      }
    }
    const shared = {
      workflows: [Blocked],
      persistence: { connectionString: lab.sqlite },
      components: { lifecycle: { maxConcurrentWorkflows: 3, pollIntervalMs: 50 } },
    };
    const one = await lab.run({ ...shared, nodeId: 'one' });
    const two = await lab.run({ ...shared, nodeId: 'two' });
    const results = await one.startWorkflows(Array.from({ length: 6 }, () => ({ workflowId: 'blocked' })));
    await expect.poll(async () => (await one.countByStatus()).running, { timeout: 5_000 }).toBe(6);
    gate.resolve();
    const nodes: (string | null)[] = [];
    for (const result of results) {
      const id = 'instanceId' in result ? result.instanceId : '';
      await two.waitForCompletion(id, { timeoutMs: 10_000 });
      const { items } = await one.getHistory(id);
      expect(items).toHaveLength(1);
      nodes.push(items[0]!.node);
    }
    expect(nodes.sort()).toEqual(['one', 'one', 'one', 'two', 'two', 'two']);
  });

  it('reach each other’s instances with events and wishes', async () => {
    const shared = { workflows: [Waits], persistence: { connectionString: lab.sqlite } };
    const one = await lab.run(shared);
    const two = await lab.run(shared);
    const [a, b] = [
      await one.startWorkflow(Waits, { key: 'a' }),
      await one.startWorkflow(Waits, { key: 'b' }),
    ];
    await expect.poll(async () => (await two.countByStatus()).waiting).toBe(2);
    await two.publishEvent('go', 'a', 1);
    await two.cancelWorkflow(b, 'from afar');
    expect(await one.waitForCompletion(a, { timeoutMs: 10_000 })).toMatchObject({ status: 'completed' });
    expect(await one.waitForCompletion(b, { timeoutMs: 10_000 })).toMatchObject({
      statusReason: 'from afar',
    });
  });

  it('take over what a stopped one has left', async () => {
    const shared = { workflows: [Waits], persistence: { connectionString: lab.sqlite } };
    const one = await lab.run(shared);
    const id = await one.startWorkflow(Waits, { key: 'k' });
    await expect.poll(async () => (await one.getInstance(id))?.status).toBe('waiting');
    await one.stop();
    const two = await lab.run(shared);
    await two.publishEvent('go', 'k', 1);
    expect(await two.waitForCompletion(id, { timeoutMs: 10_000 })).toMatchObject({ status: 'completed' });
  });
});
