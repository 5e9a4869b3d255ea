import type { StepAtWork } from '@workflow-runner/engine';

/** A step body at work in this process. */
export interface RunningStep {
  readonly instanceId: string;
  /** Full id, `nameSpace.name@version`. */
  readonly workflowId: string;
  readonly stepId: number;
  readonly stepName: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly startedAt: Date;
}

export function toRunningStep({ startedAt, ...step }: StepAtWork): RunningStep {
  return { ...step, startedAt: new Date(startedAt) };
}
