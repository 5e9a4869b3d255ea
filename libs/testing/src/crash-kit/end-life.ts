import type { CrashChild } from './crash-child.js';
import type { Kill } from './kill-plan.js';

/** `late`: the stop point was not reached in time, and the process was killed from outside. */
export type Death = 'moment' | 'point' | 'late';

/**
 * Ends one life of a process as planned, and waits until it is gone. A stop point's order must have been given to the
 * child already, so that it dies by its own hand.
 * @param began settles when the process has begun to work: its time counts from then
 * @param patienceMs how long to wait for a stop point
 * @throws the process ended by itself, which is not how a life here ends
 */
export async function endLife(
  child: CrashChild,
  kill: Kill,
  began: Promise<unknown>,
  patienceMs: number,
): Promise<Death> {
  const limitMs = kill.kind === 'moment' ? kill.afterMs : patienceMs;
  const timesUp = began
    .catch(() => undefined)
    .then(() => new Promise((resolve) => setTimeout(resolve, limitMs)));
  await Promise.race([child.exited, timesUp]);
  const bySelf = child.isGone;
  const { code, signal } = await child.kill();
  if (signal !== 'SIGKILL')
    throw new Error(`Process ${child.pid} ended by itself with ${code}: ${child.output}`);
  if (kill.kind === 'moment') return 'moment';
  return bySelf ? 'point' : 'late';
}
