import { ROUND_GAP_MS, type Timer } from '@workflow-runner/contract';
import { MortalClock } from '../mortal-clock.js';
import { nextTurn } from './real-time.js';

/** Background timers beyond this length only look whether something was missed: time does not stop for them. In ms. */
const PROMPT_MS = 1_000;

interface Look {
  readonly at: number;
  readonly fire: () => void;
}

/**
 * The clock of one process of a kit.
 *
 *   alive ──kill──▶ dead ──release──▶ released ──kill──▶ dead
 *
 * Dead: no timer fires. Released: every timer that is set fires in the next turn, so that a stop waits for nothing.
 */
export class ProcessClock extends MortalClock {
  private isReleased = false;
  private readonly looks = new Set<Look>();

  override setTimer(delayMs: number, fire: () => void, background = false): Timer {
    // Who only gathers what is told in one moment is quick enough for it to be the same moment.
    const isGap = background && delayMs <= ROUND_GAP_MS;
    if (this.isReleased || (isGap && !this.isDead)) return this.atOnce(fire);
    return background && delayMs > PROMPT_MS && !this.isDead
      ? this.setLook(delayMs, fire)
      : super.setTimer(delayMs, fire);
  }

  private setLook(delayMs: number, fire: () => void): Timer {
    const look = { at: this.monotonic() + delayMs, fire };
    this.looks.add(look);
    return { clear: () => void this.looks.delete(look) };
  }

  private atOnce(fire: () => void): Timer {
    let isCleared = false;
    nextTurn(() => {
      if (!isCleared && (this.isReleased || !this.isDead)) fire();
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

  override kill(): void {
    super.kill();
    this.isReleased = false;
    this.looks.clear();
  }

  release(): void {
    this.kill();
    this.isReleased = true;
  }
}
