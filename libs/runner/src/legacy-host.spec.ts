import { WorkflowStatus } from '@workflow-runner/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Quick, rejection, RunnerLab, Waits } from '../../../test/runner/lab.js';
import type { LegacyHost } from './legacy-host.js';
import type { WorkflowRunner } from './workflow-runner.js';

const UNKNOWN = '00000000-0000-7000-8000-000000000000';
const lab = new RunnerLab();
let runner: WorkflowRunner;
let host: LegacyHost;

beforeEach(() => {
  runner = lab.make();
  host = runner.host;
});
afterEach(() => lab.clear());

async function waiting(): Promise<string> {
  await host.registerWorkflow(Waits);
  await host.start();
  const id = await host.startWorkflow('waits', 1, { key: 'k' });
  await expect.poll(async () => (await runner.getInstance(id))?.status).toBe('waiting');
  return id;
}

describe("workflow-es's host", () => {
  it('starts and stops the runner', async () => {
    expect(host.isRunning()).toBe(false);
    await host.start();
    expect(host.isRunning()).toBe(true);
    expect(runner.state.status).toBe('running');
    await host.stop();
    expect(host.isRunning()).toBe(false);
    expect(runner.state.status).toBe('stopped');
  });

  it('takes workflows before it starts, starts instances and publishes events', async () => {
    const id = await waiting();
    await host.publishEvent('go', 'k', { ok: true }, new Date());
    expect(await runner.waitForCompletion(id)).toMatchObject({
      status: 'completed',
      data: { got: { ok: true } },
    });
  });

  it('keeps an event of the future for its time', async () => {
    const id = await waiting();
    const at = Date.now() + 40;
    await host.publishEvent('go', 'k', 5, new Date(at));
    const { completedAt } = await runner.waitForCompletion(id);
    expect(completedAt!.getTime()).toBeGreaterThanOrEqual(at);
  });

  it('answers true for what was done and false for what cannot be', async () => {
    const id = await waiting();
    expect(await host.resumeWorkflow(id)).toBe(false);
    expect(await host.suspendWorkflow(id)).toBe(true);
    expect(await host.suspendWorkflow(id)).toBe(false);
    expect(await host.resumeWorkflow(id)).toBe(true);
    expect(await host.terminateWorkflow(id)).toBe(true);
    expect(await host.terminateWorkflow(id)).toBe(false);
    for (const ask of ['suspendWorkflow', 'resumeWorkflow', 'terminateWorkflow'] as const) {
      expect(await host[ask](UNKNOWN)).toBe(false);
    }
  });

  it('throws what is no matter of the instance', async () => {
    expect(await rejection(host.suspendWorkflow(UNKNOWN))).toMatchObject({ code: 'NOT_INITIALIZED' });
    await host.start();
    expect(await rejection(host.startWorkflow('unknown', 1))).toMatchObject({ code: 'WORKFLOW_NOT_FOUND' });
  });

  it('shows instances with the numbers and names of workflow-es', async () => {
    const id = await waiting();
    const instance = (await host.getWorkflowInstance(id))!;
    expect(instance).toMatchObject({
      id,
      workflowDefinitionId: 'waits',
      version: 1,
      status: WorkflowStatus.Runnable,
      nextExecution: null,
      data: { key: 'k' },
      completeTime: null,
    });
    expect(instance.executionPointers).toMatchObject([
      { stepId: 1, eventName: 'go', eventKey: 'k', active: false },
    ]);
    await host.suspendWorkflow(id);
    expect(await host.getWorkflowInstance(id)).toMatchObject({ status: WorkflowStatus.Suspended });
    await host.terminateWorkflow(id);
    expect(await host.getWorkflowInstance(id)).toMatchObject({ status: WorkflowStatus.Terminated });
    expect(await host.getWorkflowInstance(UNKNOWN)).toBeUndefined();
  });

  it('shows a completed instance as Complete, with the time of its end', async () => {
    await host.registerWorkflow(Quick);
    await host.start();
    const id = await host.startWorkflow('quick', 1);
    await runner.waitForCompletion(id);
    const { status, completeTime } = (await host.getWorkflowInstance(id))!;
    expect(status).toBe(WorkflowStatus.Complete);
    expect(completeTime).toBeInstanceOf(Date);
  });
});
