import type { Clock } from '@workflow-runner/contract';

/** Waits for work, but not longer than a limit in ms. @throws what the work throws, or that nothing came in time */
export async function inTime<T>(clock: Clock, limitMs: number, work: Promise<T>): Promise<T> {
  let fail: (error: Error) => void;
  const over = new Promise<never>((_, reject) => (fail = reject));
  const timer = clock.setTimer(limitMs, () => fail(new Error(`nothing came within ${limitMs} ms`)), true);
  return Promise.race([work, over]).finally(() => timer.clear());
}
