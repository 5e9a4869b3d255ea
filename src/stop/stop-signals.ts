/** A Ctrl-C in a terminal reaches a process under npm twice, from the terminal and from npm: one press, not two. */
const SAME_PRESS_MS = 250;
const INTERRUPTED = 130;

export interface SignalReaction {
  /** Ends everything in order; called once. */
  readonly stop: (signal: NodeJS.Signals) => Promise<void>;
  readonly exit: (code: number) => void;
  /** Never jumps, in ms. */
  readonly now: () => number;
}

/**
 * Decides what a signal means.
 *
 *   running ──SIGINT, SIGTERM──▶ stopping ──stopped──▶ exit 0 (1 when it failed)
 *                                   └──SIGINT once more──▶ exit 130 at once
 */
export class StopSignals {
  private stoppingSince: number | null = null;

  constructor(private readonly reaction: SignalReaction) {}

  receive(signal: NodeJS.Signals): void {
    const { now, exit } = this.reaction;
    if (this.stoppingSince === null) this.begin(signal);
    else if (signal === 'SIGINT' && now() - this.stoppingSince > SAME_PRESS_MS) exit(INTERRUPTED);
  }

  private begin(signal: NodeJS.Signals): void {
    const { now, exit, stop } = this.reaction;
    this.stoppingSince = now();
    stop(signal).then(
      () => exit(0),
      () => exit(1),
    );
  }
}
