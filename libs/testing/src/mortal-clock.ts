import { Clock, type Timer } from '@workflow-runner/contract';
import type { ManualClock } from './manual-clock.js';

/** The clock of one process among several: it shares the time of all, and its timers die with it. */
export class MortalClock extends Clock {
  /** With the moments they are due, in ms of `monotonic`. */
  private readonly timers = new Map<Timer, number>();
  protected isDead = false;

  constructor(private readonly shared: ManualClock) {
    super();
  }

  now(): number {
    return this.shared.now();
  }

  monotonic(): number {
    return this.shared.monotonic();
  }

  setTimer(delayMs: number, fire: () => void, _background?: boolean): Timer {
    if (this.isDead) return { clear: () => undefined };
    const timer = this.shared.setTimer(delayMs, () => {
      this.timers.delete(timer);
      fire();
    });
    this.timers.set(timer, this.monotonic() + Math.max(0, delayMs));
    return {
      clear: () => {
        this.timers.delete(timer);
        timer.clear();
      },
    };
  }

  /** Length to the earliest timer, in ms; null when none is set. */
  get untilNext(): number | null {
    if (this.timers.size === 0) return null;
    return Math.max(0, Math.min(...this.timers.values()) - this.monotonic());
  }

  /** No timer fires any more, and none is set. */
  kill(): void {
    this.isDead = true;
    for (const timer of this.timers.keys()) timer.clear();
    this.timers.clear();
  }
}
