import type { Caller } from '@workflow-runner/contract';
import type { ControlOptions, WorkflowRunner } from '@workflow-runner/runner';
import { StandingView } from '../views/control.view.js';

export const INSTANCE = { id: 'Id of the instance.' };

/** What a route that asks something of an instance may answer. */
export const ASKED = {
  params: INSTANCE,
  answers: { 200: StandingView },
  refuses: ['INSTANCE_NOT_FOUND', 'INVALID_TRANSITION', 'REVISION_CONFLICT'],
} as const;

/** The same for a retry, whichever list the instance was found in. */
export const RETRIED = {
  ...ASKED,
  summary: 'Retries a failed instance',
  description: 'It goes on from what failed, with a fresh budget of attempts.',
  refuses: [...ASKED.refuses, 'DATA_TOO_LARGE'],
} as const;

/** Who asks, which is also whose instances there are. */
export function by(caller: Caller): ControlOptions {
  return { caller, tenantId: caller.tenantId };
}

/** The instance right after; a running step may still finish. */
export async function standingOf(
  runner: WorkflowRunner,
  instanceId: string,
  { tenantId }: Caller,
): Promise<StandingView> {
  const instance = await runner.getInstance(instanceId, { tenantId });
  return { success: true, instanceId, status: instance?.status ?? null };
}
