import type { InstanceStatus } from '@workflow-runner/contract';
import type { StartResult } from '@workflow-runner/runner';
import type { Problem } from '../errors/problem.js';

type Started = Exclude<StartResult, { error: Error }>;

export function startedView(
  { instanceId, workflowId, repeated }: Started,
  status: InstanceStatus,
  now: Date,
) {
  return {
    success: true,
    instanceId,
    workflowId,
    version: workflowId.slice(workflowId.lastIndexOf('@') + 1),
    status,
    message: repeated ? 'This idempotency key has started it before' : 'Workflow started',
    timestamp: now.toISOString(),
  };
}

/** One verdict of a batch, with the HTTP status it would have had alone. */
export function itemView(result: StartResult, problemOf: (error: Error) => Problem) {
  if (!('error' in result)) return { status: result.repeated ? 200 : 201, instanceId: result.instanceId };
  const error = problemOf(result.error);
  return { status: error.status, error };
}
