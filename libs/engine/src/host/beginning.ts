import {
  FailureLog,
  StoreUnavailableError,
  type Clock,
  type Logger,
  type Timer,
} from '@workflow-runner/contract';

/** From one attempt to the next while the store is away, in ms. */
const AGAIN_MS = 1_000;

/**
 * The beginning of a life in a store that may be away: a process that starts before its store is there comes up all the
 * same, and begins when it is.
 *
 *   idle ──start──▶ begun, or trying ──the store is there──▶ begun ; any ──stop──▶ idle
 */
export class Beginning {
  private attempt: Promise<void> = Promise.resolve();
  private timer: Timer | null = null;
  private isStopped = true;
  private hasBegun = false;
  private callbacks: (() => void)[] = [];
  private readonly log: FailureLog;

  /** @param begin may be repeated when it fails */
  constructor(
    private readonly clock: Clock,
    logger: Logger,
    private readonly begin: () => Promise<void>,
  ) {
    this.log = new FailureLog(logger, () => clock.monotonic(), 'start.failed');
  }

  get isOver(): boolean {
    return this.hasBegun;
  }

  /** Calls back when it has begun, at once where it has; never when it is stopped before. */
  onOver(callback: () => void): void {
    if (this.hasBegun) callback();
    else this.callbacks.push(callback);
  }

  /** Resolves when it has begun, or when the store is away. @throws whatever else stands in its way */
  async start(): Promise<void> {
    this.isStopped = false;
    const attempt = this.tryOnce();
    this.attempt = attempt.catch(() => undefined);
    try {
      await attempt;
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      this.later(error);
    }
  }

  /** Resolves when an attempt under way has ended. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.hasBegun = false;
    this.callbacks = [];
    this.timer?.clear();
    await this.attempt;
  }

  private async tryOnce(): Promise<void> {
    await this.begin();
    if (this.isStopped) return;
    this.hasBegun = true;
    for (const callback of this.callbacks.splice(0)) callback();
  }

  private later(error: unknown): void {
    this.log.failed(error);
    if (this.isStopped) return;
    this.timer = this.clock.setTimer(AGAIN_MS, () => {
      this.attempt = this.tryOnce().then(
        () => this.log.worked(),
        (again: unknown) => this.later(again),
      );
    });
  }
}
