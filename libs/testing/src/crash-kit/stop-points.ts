/** Where a process is to stop, and how. */
export interface StopOrder {
  /** Name of a stop point, for example `commit.inside`. */
  readonly point: string;
  /** Which passing of it counts: 1 is the first after the order was given. */
  readonly passing: number;
  /** SIGKILL ends the process; SIGSTOP freezes it until somebody sends SIGCONT. */
  readonly signal: 'SIGKILL' | 'SIGSTOP';
}

/**
 * Named places in a process at which it can be killed or frozen, from within and therefore exactly there.
 * Lives in the child; without an order, passing a point costs a comparison.
 */
export class StopPoints {
  private order: StopOrder | null = null;
  private passed = 0;

  /** @param reached called right before the signal, to note it where it survives */
  constructor(private readonly reached: (point: string) => void = () => undefined) {}

  /** Replaces an earlier order; null takes it back. */
  give(order: StopOrder | null): void {
    this.order = order;
    this.passed = 0;
  }

  pass(point: string): void {
    const { order } = this;
    if (order?.point !== point) return;
    this.passed += 1;
    if (this.passed < order.passing) return;
    this.order = null;
    this.reached(point);
    process.kill(process.pid, order.signal);
  }
}
