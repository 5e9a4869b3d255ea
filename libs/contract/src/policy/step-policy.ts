/** What kind of failure it was; decides whether trying again makes sense. */
export const ERROR_CATEGORIES = [
  'network',
  'timeout',
  'validation',
  'permission',
  'resource',
  'system',
  'unknown',
] as const;
export type FailureCategory = (typeof ERROR_CATEGORIES)[number];

/** Facts about one failed attempt, enough to decide what follows. */
export interface StepFailure {
  readonly workflowId: string;
  readonly stepId: number;
  readonly stepName: string;
  /** Attempts so far, this one included; 1 for the first. */
  readonly attempt: number;
  readonly error: unknown;
}

export type FailureDecision =
  { readonly action: 'retry'; readonly delayMs: number } | { readonly action: 'fail' };

/** How steps are timed and retried. The engine has a plain one; the error handler replaces it. */
export abstract class StepPolicy {
  /** Length after which an attempt is aborted, in ms; null: none. */
  abstract timeoutMs(workflowId: string, stepId: number, stepName: string, attempt: number): number | null;
  abstract classify(error: unknown): FailureCategory;
  /** Decides what follows a failure for which the author has chosen nothing. */
  abstract decide(failure: StepFailure): FailureDecision;
}
