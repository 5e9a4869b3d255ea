import {
  StepPolicy,
  type FailureCategory,
  type FailureDecision,
  type Random,
  type StepFailure,
} from '@workflow-runner/contract';
import { classify } from './classify.js';
import { decideRetry, RETRY_DEFAULTS, type RetryOptions } from './retry.js';

/** The engine's own policy: one budget and one timeout for all steps. */
export class PlainStepPolicy extends StepPolicy {
  private readonly retry: RetryOptions;

  constructor(
    private readonly random: Random,
    retry: Partial<RetryOptions> = {},
    /** Length of a step, in ms; null: unlimited. */
    private readonly stepTimeoutMs: number | null = 30_000,
  ) {
    super();
    this.retry = { ...RETRY_DEFAULTS, ...retry };
  }

  timeoutMs(): number | null {
    return this.stepTimeoutMs;
  }

  classify(error: unknown): FailureCategory {
    return classify(error);
  }

  decide(failure: StepFailure): FailureDecision {
    const category = classify(failure.error);
    return decideRetry(failure.error, category, failure.attempt, this.retry, this.random.next());
  }
}
