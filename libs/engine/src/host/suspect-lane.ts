/**
 * Where steps run that may have killed their process: one at a time on a node, so that a death under a start mark
 * has one suspect only.
 */
export class SuspectLane {
  private busy = false;
  private readonly waiting: (() => void)[] = [];

  /** Calls `begin` when the lane is free. */
  enter(begin: () => void): void {
    if (this.busy) this.waiting.push(begin);
    else {
      this.busy = true;
      begin();
    }
  }

  leave(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.busy = false;
  }

  clear(): void {
    this.busy = false;
    this.waiting.length = 0;
  }
}
