/** One body that was begun, whatever became of it. */
export interface StepStart {
  readonly instanceId: string;
  readonly stepId: number;
  /** 1 for the first attempt; one that a process's death cut off is not counted. */
  readonly attempt: number;
  readonly at: Date;
  /** Name of the process's node. */
  readonly node: string;
}
