import type { Clock } from '@workflow-runner/contract';

/**
 * Waits for work, but not longer than a limit, and never fails: an error, or that the time was over, is told to
 * `failed`. What the work does later is nobody's business.
 */
export async function within(
  clock: Clock,
  limitMs: number,
  work: Promise<unknown>,
  failed: (error: unknown) => void,
): Promise<void> {
  let done: () => void = () => undefined;
  const over = new Promise<void>((resolve) => (done = resolve));
  const timer = clock.setTimer(limitMs, () => {
    failed(new Error(`not done within ${Math.round(limitMs)} ms`));
    done();
  });
  const settled = work.then(() => undefined, failed);
  await Promise.race([settled, over]);
  timer.clear();
}
