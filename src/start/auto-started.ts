import type { AutoStartReport, WorkflowRunner } from '@workflow-runner/runner';

/** How long the greeting waits for a started instance to end, in ms. */
const PATIENCE_MS = 1_000;

/** What the start did for the workflows with `autoStart`, a line each, with what has become of it meanwhile. */
export async function describeAutoStarted(runner: WorkflowRunner): Promise<string[]> {
  return Promise.all(runner.autoStarted.map((report) => describe(runner, report)));
}

async function describe(runner: WorkflowRunner, report: AutoStartReport): Promise<string> {
  const { workflowId, outcome, instanceId, error } = report;
  switch (outcome) {
    case 'started':
      return `${workflowId} was started as ${instanceId} and ${await fateOf(runner, instanceId ?? '')}`;
    case 'alive':
      return `${workflowId} still runs as ${instanceId}`;
    case 'done':
      return `${workflowId} was started once before`;
    case 'failed':
      return `${workflowId} could not be started: ${error?.message ?? 'unknown'}`;
  }
}

async function fateOf(runner: WorkflowRunner, instanceId: string): Promise<string> {
  try {
    const { status, createdAt, completedAt } = await runner.waitForCompletion(instanceId, {
      timeoutMs: PATIENCE_MS,
    });
    const lengthMs = (completedAt ?? createdAt).getTime() - createdAt.getTime();
    return `is ${status} after ${lengthMs} ms`;
  } catch {
    return 'goes on';
  }
}
