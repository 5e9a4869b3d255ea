import type { Clock } from '@workflow-runner/contract';

/** A step back of the wall clock up to this is waited out; a longer one is bridged. In ms. */
const SMALL_STEP_MS = 1_000;

/**
 * Store time of a store on this machine: the wall clock, except that it never goes back. What was compared once
 * (event time and as-of, above all) would otherwise compare differently after the clock was set.
 */
export class StoreTime {
  private last = 0;
  private shift = 0;

  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  now(): number {
    const wall = Math.floor(this.clock.now()) + this.shift;
    if (wall >= this.last) {
      this.last = wall;
    } else if (this.last - wall > SMALL_STEP_MS) {
      this.shift += this.last - wall;
    }
    return this.last;
  }
}
