import type { RunningStep } from '@workflow-runner/runner';
import type { PlannedCrash } from './crash-plan.js';

/** The process died before it answered: what was asked of it may have happened or not. */
export class ProcessDiedError extends Error {
  readonly code = 'PROCESS_DIED';

  constructor() {
    super('The process died before it answered');
  }
}

/** What is due at one moment has not ended within the kit's patience, so time cannot move. */
export class StillRunningError extends Error {
  readonly code = 'STILL_RUNNING';

  /** @param patienceMs real time */
  constructor(
    patienceMs: number,
    readonly steps: readonly RunningStep[],
  ) {
    const names = steps.map(
      ({ stepName, instanceId, workflowId, attempt }) =>
        `step ${stepName} of instance ${instanceId} (${workflowId}), attempt ${attempt}`,
    );
    const what =
      names.length > 0 ? names.join('; ') : 'a listener, or a workflow that goes round without a pause';
    super(
      `Still running after ${patienceMs / 1_000} s: ${what}. Time stands still while steps run: ` +
        'for a step that waits for it, advance with { whileRunning: true }; for more patience, see patience',
    );
  }
}

/** A crash that was planned has not happened: the test did not test what it says. */
export class CrashNotReachedError extends Error {
  readonly code = 'CRASH_NOT_REACHED';

  /** @internal */
  constructor(crashes: readonly PlannedCrash[]) {
    super(`Never reached: ${crashes.map(labelOf).join('; ')}`);
  }
}

function labelOf({ point, passing, stepNames, instanceId }: PlannedCrash): string {
  const of = [...(stepNames ? [stepNames.join(' or ')] : []), ...(instanceId ? [instanceId] : [])];
  const which = passing === 1 ? '' : `, passing ${passing}`;
  return `${point}${of.length > 0 ? ` of ${of.join(' of ')}` : ''}${which}`;
}
