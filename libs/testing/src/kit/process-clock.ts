import { Clock, type Timer } from '@workflow-runner/contract';
import type { ManualClock } from '../manual-clock.js';
import { nextTurn } from './real-time.js';

/** Background timers beyond this length only look whether something was missed: time does not stop for them. In ms. */
const PROMPT_MS = 1_000;

interface Look {
  readonly at: number;
  readonly fire: () => void;
}

/**
 * The clock of one process: it shares the time of its kit, and its timers die with it.
 *
 *   alive ──kill──▶ dead ──release──▶ released ──kill──▶ dead
 *
 * Dead: no timer fires. Released: every timer that is set fires in the next turn, so that a stop waits for nothing.
 */
export class ProcessClock extends Clock {
  private state: 'alive' | 'released' | 'dead' = 'alive';
  private readonly timers = new Set<Timer>();
  private readonly looks = new Set<Look>();

  constructor(private readonly shared: ManualClock) {
    super();
  }

  now(): number {
    return this.shared.now();
  }

  monotonic(): number {
    return this.shared.monotonic();
  }

  setTimer(delayMs: number, fire: () => void, background = false): Timer {
    if (this.state === 'dead') return { clear: () => undefined };
    if (this.state === 'released') return this.atOnce(fire);
    return background && delayMs > PROMPT_MS ? this.setLook(delayMs, fire) : this.share(delayMs, fire);
  }

  private share(delayMs: number, fire: () => void): Timer {
    const timer = this.shared.setTimer(delayMs, () => {
      this.timers.delete(timer);
      fire();
    });
    this.timers.add(timer);
    return {
      clear: () => {
        this.timers.delete(timer);
        timer.clear();
      },
    };
  }

  private setLook(delayMs: number, fire: () => void): Timer {
    const look = { at: this.monotonic() + delayMs, fire };
    this.looks.add(look);
    return { clear: () => void this.looks.delete(look) };
  }

  private atOnce(fire: () => void): Timer {
    let isCleared = false;
    nextTurn(() => {
      if (!isCleared && this.state === 'released') fire();
    });
    return { clear: () => void (isCleared = true) };
  }

  /** Fires the background timers whose time has come, wherever time has stopped. @returns whether there were any */
  fireLooks(): boolean {
    const due = [...this.looks].filter(({ at }) => at <= this.monotonic());
    for (const look of due) {
      this.looks.delete(look);
      look.fire();
    }
    return due.length > 0;
  }

  kill(): void {
    this.state = 'dead';
    for (const timer of this.timers) timer.clear();
    this.timers.clear();
    this.looks.clear();
  }

  release(): void {
    this.kill();
    this.state = 'released';
  }
}
