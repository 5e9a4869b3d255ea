import { describe, expect, it } from 'vitest';
import { classify } from './classify.js';
import { decideRetry, RETRY_DEFAULTS } from './retry.js';

describe('decideRetry', () => {
  const plain = { ...RETRY_DEFAULTS, jitter: false };

  it('doubles the wait up to its longest, and ends with the budget', () => {
    const options = { ...plain, maxAttempts: 8 };
    const waits = [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) =>
      decideRetry(null, 'network', attempt, options, 0.5),
    );
    expect(waits.map((one) => (one.action === 'retry' ? one.delayMs : one.action))).toEqual([
      1_000,
      2_000,
      4_000,
      8_000,
      16_000,
      30_000,
      30_000,
      'fail',
    ]);
  });

  it('spreads the wait over its whole length', () => {
    expect(decideRetry(null, 'unknown', 1, RETRY_DEFAULTS, 0.25)).toEqual({ action: 'retry', delayMs: 250 });
  });

  it('does not repeat what cannot get better', () => {
    expect(decideRetry(null, 'validation', 1, plain, 0)).toEqual({ action: 'fail' });
    expect(decideRetry(null, 'permission', 1, plain, 0)).toEqual({ action: 'fail' });
  });

  it("obeys the error's own word, but never beyond the budget", () => {
    expect(decideRetry({ retryable: true }, 'validation', 1, plain, 0)).toMatchObject({ action: 'retry' });
    expect(decideRetry({ retryable: false }, 'network', 1, plain, 0)).toEqual({ action: 'fail' });
    expect(decideRetry({ retryAfter: 7 }, 'network', 1, plain, 0)).toEqual({ action: 'retry', delayMs: 7 });
    expect(decideRetry({ retryAfter: 7, retryable: true }, 'network', 3, plain, 0)).toEqual({
      action: 'fail',
    });
  });
});

describe('classify', () => {
  it.each([
    [{ category: 'resource', code: 'ECONNRESET' }, 'resource'],
    [{ code: 'ECONNREFUSED' }, 'network'],
    [{ code: 'ETIMEDOUT' }, 'timeout'],
    [{ code: 'ENOSPC' }, 'resource'],
    [{ status: 429 }, 'resource'],
    [{ statusCode: 403 }, 'permission'],
    [{ status: 404 }, 'validation'],
    [{ status: 500 }, 'system'],
    [{ status: 503 }, 'network'],
    [{ name: 'AbortError' }, 'timeout'],
    [{ category: 'nonsense' }, 'unknown'],
    [new Error('x'), 'unknown'],
    [null, 'unknown'],
    ['text', 'unknown'],
  ])('%o is %s', (error, category) => {
    expect(classify(error)).toBe(category);
  });
});
