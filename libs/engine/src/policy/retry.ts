import type { FailureCategory, FailureDecision } from '@workflow-runner/contract';

/** The budget of attempts and the waiting between them. */
export interface RetryOptions {
  /** Attempts in all, the first included. @default 3 */
  readonly maxAttempts: number;
  /** Wait before the second attempt, in ms. @default 1_000 */
  readonly baseDelay: number;
  /** Longest wait, in ms. @default 30_000 */
  readonly maxDelay: number;
  /** Growth of the wait from attempt to attempt. @default 2 */
  readonly backoffMultiplier: number;
  /** Full jitter: a random length between 0 and the computed wait. @default true */
  readonly jitter: boolean;
  /** Categories that are tried again. @default all but validation and permission */
  readonly retryable: readonly FailureCategory[];
}

export const RETRY_DEFAULTS: RetryOptions = {
  maxAttempts: 3,
  baseDelay: 1_000,
  maxDelay: 30_000,
  backoffMultiplier: 2,
  jitter: true,
  retryable: ['network', 'timeout', 'resource', 'system', 'unknown'],
};

/**
 * Whether and when a failed attempt is repeated. Pure: chance comes as `random` in [0, 1).
 * Wait = min(maxDelay, baseDelay * backoffMultiplier^(attempt - 1)), with full jitter times `random`
 * ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015). An error's own `retryable` and `retryAfter` (ms) win.
 */
export function decideRetry(
  error: unknown,
  category: FailureCategory,
  attempt: number,
  options: RetryOptions,
  random: number,
): FailureDecision {
  const own = (typeof error === 'object' && error !== null ? error : {}) as {
    retryable?: unknown;
    retryAfter?: unknown;
  };
  const retryable = typeof own.retryable === 'boolean' ? own.retryable : options.retryable.includes(category);
  if (!retryable || attempt >= options.maxAttempts) return { action: 'fail' };
  if (typeof own.retryAfter === 'number' && own.retryAfter >= 0)
    return { action: 'retry', delayMs: own.retryAfter };
  const wait = Math.min(options.maxDelay, options.baseDelay * options.backoffMultiplier ** (attempt - 1));
  return { action: 'retry', delayMs: Math.round(options.jitter ? wait * random : wait) };
}
