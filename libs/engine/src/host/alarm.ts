import type { Clock, Timer } from '@workflow-runner/contract';

/** One timer that is set to the earliest of all moments asked for. Asking costs nothing when it is later. */
export class Alarm {
  private timer: Timer | null = null;
  private setFor = Infinity;

  /** @param now the time the moments are in: store time, which never goes back, or monotonic time */
  constructor(
    private readonly clock: Clock,
    private readonly now: () => number,
    private readonly ring: () => void,
    /** It does not keep the process alive. */
    private readonly background = false,
  ) {}

  /** @param at in the past rings as soon as possible */
  at(at: number): void {
    if (at >= this.setFor) return;
    this.timer?.clear();
    this.setFor = at;
    this.timer = this.clock.setTimer(Math.max(0, at - this.now()), () => this.fired(at), this.background);
  }

  private fired(at: number): void {
    this.timer = null;
    this.setFor = Infinity;
    // A timer may fire a moment early.
    if (this.now() < at) this.at(at);
    else this.ring();
  }

  clear(): void {
    this.timer?.clear();
    this.timer = null;
    this.setFor = Infinity;
  }
}
