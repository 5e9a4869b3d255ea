import type { Clock, Timer } from '@workflow-runner/contract';

/** One timer that is set to the earliest of all moments asked for. Asking costs nothing when it is later. */
export class Alarm {
  private timer: Timer | null = null;
  private setFor = Infinity;

  constructor(
    private readonly clock: Clock,
    private readonly ring: () => void,
  ) {}

  /** @param at epoch ms; in the past rings as soon as possible */
  at(at: number): void {
    if (at >= this.setFor) return;
    this.timer?.clear();
    this.setFor = at;
    this.timer = this.clock.setTimer(Math.max(0, at - this.clock.now()), () => {
      this.timer = null;
      this.setFor = Infinity;
      // A timer may fire a moment early; the wall clock decides.
      if (this.clock.now() < at) this.at(at);
      else this.ring();
    });
  }

  clear(): void {
    this.timer?.clear();
    this.timer = null;
    this.setFor = Infinity;
  }
}
