import type { Clock, Timer } from './time.js';

/** From the beginning of a round to that of the next that is asked for, in ms; twice as long to one that nobody asked for. */
export const ROUND_GAP_MS = 10;

/**
 * Rounds of looking at something that may have changed: at once when it is asked for, and by itself when nobody asks. Who
 * asks a thousand times a second gets a hundred rounds, so that what is looked at is not held up by those who look.
 *
 *   stopped ──start──▶ busy ──▶ resting ──ask, or time──▶ busy ; any ──stop──▶ stopped
 */
export class PacedLoop {
  private isStopped = true;
  private isAsked = false;
  /** The next round is due for those who have asked, not for time. */
  private isGathering = false;
  private round: Promise<void> | null = null;
  private timer: Timer | null = null;
  private notBefore = -Infinity;

  /** @param look resolves to when it wants to be repeated unasked, in ms; 0: there is more, at once. It never rejects */
  constructor(
    private readonly clock: Clock,
    private readonly look: () => Promise<number>,
  ) {}

  get isBusy(): boolean {
    return this.round !== null;
  }

  start(): void {
    if (!this.isStopped) return;
    this.isStopped = false;
    this.notBefore = -Infinity;
    this.ask();
  }

  /** Resolves when the round that is under way has ended. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.isGathering = false;
    this.timer?.clear();
    await this.round;
  }

  ask(): void {
    this.isAsked = true;
    if (this.isStopped || this.round || this.isGathering) return;
    const waitMs = this.notBefore - this.clock.monotonic();
    if (waitMs <= 0) return this.begin();
    this.isGathering = true;
    this.beginIn(waitMs);
  }

  private beginIn(ms: number): void {
    this.timer?.clear();
    this.timer = this.clock.setTimer(ms, () => this.begin(), true);
  }

  private begin(): void {
    if (this.isStopped || this.round) return;
    this.timer?.clear();
    this.isAsked = this.isGathering = false;
    this.notBefore = this.clock.monotonic() + ROUND_GAP_MS;
    this.round = this.look().then((restMs) => {
      this.round = null;
      if (this.isStopped) return;
      if (restMs === 0) setImmediate(() => this.begin());
      else if (this.isAsked) this.ask();
      else this.beginIn(Math.max(restMs, 2 * ROUND_GAP_MS));
    });
  }
}
