import { Clock, type Timer } from '@workflow-runner/contract';
import type { ManualClock } from '@workflow-runner/testing';

/** The clock of one process of a simulation: it shares the time of all, and its timers die with it. */
export class ProcessClock extends Clock {
  private readonly timers = new Map<Timer, number>();
  private dead = false;

  constructor(private readonly shared: ManualClock) {
    super();
  }

  now(): number {
    return this.shared.now();
  }

  monotonic(): number {
    return this.shared.monotonic();
  }

  setTimer(delayMs: number, fire: () => void): Timer {
    if (this.dead) return { clear: () => undefined };
    const timer = this.shared.setTimer(delayMs, () => {
      this.timers.delete(timer);
      fire();
    });
    this.timers.set(timer, this.shared.monotonic() + Math.max(0, delayMs));
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
    return Math.max(0, Math.min(...this.timers.values()) - this.shared.monotonic());
  }

  kill(): void {
    this.dead = true;
    for (const timer of this.timers.keys()) timer.clear();
    this.timers.clear();
  }
}
