import { Clock, type Timer } from '@workflow-runner/contract';

interface Pending {
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
}

/** A clock that stands still until it is moved; its timers fire while it moves, in the order of their times. */
export class ManualClock extends Clock {
  private wall: number;
  private elapsed = 0;
  private order = 0;
  private readonly timers = new Set<Pending>();

  constructor(startAt = Date.UTC(2026, 0, 1)) {
    super();
    this.wall = startAt;
  }

  now(): number {
    return this.wall;
  }

  monotonic(): number {
    return this.elapsed;
  }

  setTimer(delayMs: number, fire: () => void): Timer {
    this.order += 1;
    const timer: Pending = { at: this.elapsed + Math.max(0, delayMs), order: this.order, fire };
    this.timers.add(timer);
    return { clear: () => void this.timers.delete(timer) };
  }

  /** Length to the earliest timer, in ms; null when none is set. */
  get untilNext(): number | null {
    const next = this.earliest(Infinity);
    return next ? next.at - this.elapsed : null;
  }

  /** Lets time pass; a timer that is set meanwhile fires too, if its time is within. */
  advance(ms: number): void {
    const end = this.elapsed + ms;
    for (;;) {
      const next = this.earliest(end);
      if (!next) break;
      this.timers.delete(next);
      this.pass(next.at - this.elapsed);
      next.fire();
    }
    this.pass(end - this.elapsed);
  }

  /** Sets the wall clock, as an operator would; no time passes. */
  setWall(at: number): void {
    this.wall = at;
  }

  private earliest(end: number): Pending | undefined {
    return [...this.timers]
      .filter(({ at }) => at <= end)
      .sort((a, b) => a.at - b.at || a.order - b.order)
      .at(0);
  }

  private pass(ms: number): void {
    this.elapsed += ms;
    this.wall += ms;
  }
}
