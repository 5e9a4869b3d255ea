import { MemoryStore } from '@workflow-runner/store/memory';
import { SystemClock } from '@workflow-runner/engine';
import { afterEach, describe, expect, it } from 'vitest';
import { asWorkflow, Quick, RunnerLab, Waits } from '../../../test/runner/lab.js';

const lab = new RunnerLab();
afterEach(() => lab.clear());

async function pair() {
  const store = new MemoryStore({ clock: new SystemClock() });
  const first = asWorkflow(Quick, { nameSpace: 'shop', name: 'order', version: '1.0' });
  const second = asWorkflow(Waits, { nameSpace: 'shop', name: 'order', version: '1.1' });
  const worker = await lab.run({ store, workflows: [first, second] });
  const api = await lab.run({ store, execute: false });
  return { worker, api };
}

describe('A process that runs nothing and has no classes', () => {
  it('starts the highest version, or the one it is told, and another process runs it', async () => {
    const { worker, api } = await pair();
    const waits = await api.startWorkflow('shop.order', null, { key: 'k' });
    const quick = await api.startWorkflow('order', 1, {});
    expect(await worker.waitForCompletion(quick, { timeoutMs: 5_000 })).toMatchObject({
      workflowId: 'shop.order@1.0.0',
      status: 'completed',
    });
    await api.cancelWorkflow(waits, 'enough');
    expect(await api.waitForCompletion(waits, { timeoutMs: 5_000 })).toMatchObject({ status: 'cancelled' });
    expect(await api.getInstance(waits)).toMatchObject({ workflowId: 'shop.order@1.1.0' });
  });

  it('shows them with their graphs', async () => {
    const { worker, api } = await pair();
    expect((await api.knownWorkflows()).map(({ id }) => id).sort()).toEqual([
      'shop.order@1.0.0',
      'shop.order@1.1.0',
    ]);
    const { graph, workflow } = await api.knownWorkflow('shop.order', '1.1');
    expect(graph).toEqual(worker.getWorkflowGraph('shop.order', '1.1'));
    expect(workflow.hash).toBe(worker.getWorkflow('shop.order', '1.1').hash);
    expect((await worker.knownWorkflow('shop.order')).graph).toEqual(graph);
  });

  it('learns of what is registered while it runs, and refuses what nobody has', async () => {
    const { worker, api } = await pair();
    await expect(api.startWorkflow('late')).rejects.toMatchObject({ code: 'WORKFLOW_NOT_FOUND' });
    await worker.registerWorkflow(asWorkflow(Quick, { name: 'late' }));
    const id = await api.startWorkflow('late');
    expect(await api.waitForCompletion(id, { timeoutMs: 5_000 })).toMatchObject({ status: 'completed' });
  });
});
