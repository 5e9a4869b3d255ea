import {
  notRunningError,
  RunnerTransitionError,
  statusAfter,
  type RunnerMove,
  type RunnerStatus,
} from './runner-status.js';

/**
 * Carries something from start to stop once, by the table of `runner-status`. Only `move` changes the status.
 * Concurrent calls share one promise.
 */
export class RunnerLifecycle<T> {
  private current: RunnerStatus = 'uninitialized';
  private live: T | null = null;
  private starting: Promise<void> | null = null;
  private goingOn: Promise<void> | null = null;
  private stopping: Promise<void> | null = null;

  /** @param end how what is alive is stopped */
  constructor(private readonly end: (live: T) => Promise<void>) {}

  get status(): RunnerStatus {
    return this.current;
  }

  /** What is alive, also while it stops; null when nothing is. */
  get value(): T | null {
    return this.live;
  }

  /** @throws {NotInitializedError} @throws {StoppingError} */
  get running(): T {
    if (this.current !== 'running' || this.live === null) throw notRunningError(this.current);
    return this.live;
  }

  /** Resolves when a start that is under way has ended, whichever way. */
  get started(): Promise<void> {
    return this.starting?.catch(() => undefined) ?? Promise.resolve();
  }

  /** Resolves when it runs; a failure leads to `error`. */
  start(begin: () => Promise<T>): Promise<void> {
    if (this.current === 'running' || this.current === 'initializing') return this.starting!;
    if (statusAfter(this.current, 'initialize') === null)
      return Promise.reject(notRunningError(this.current));
    this.move('initialize');
    this.starting = begin().then(
      (live) => {
        this.live = live;
        this.move('succeed');
      },
      (error: unknown) => {
        this.move('fail');
        throw error;
      },
    );
    return this.starting;
  }

  /** More of the start, of what runs already, once; a failure, after which nothing may be alive, leads to `error`. */
  goOn(work: (live: T) => Promise<void>): Promise<void> {
    this.goingOn ??= work(this.running).catch((error: unknown) => {
      this.live = null;
      this.move('fail');
      throw error;
    });
    return this.goingOn;
  }

  /** Waits for a start under way, then stops; where nothing runs there is nothing to do. */
  async stop(): Promise<void> {
    if (this.current === 'initializing') await this.started;
    if (this.goingOn) await this.goingOn.catch(() => undefined);
    if (this.current === 'running') this.stopping = this.endLife();
    if (this.current === 'stopping') await this.stopping;
  }

  private async endLife(): Promise<void> {
    this.move('stop');
    try {
      await this.end(this.live!);
      this.move('succeed');
    } catch (error) {
      this.move('fail');
      throw error;
    } finally {
      this.live = null;
    }
  }

  /** After a failure: as if it was new. @throws {RunnerTransitionError} */
  reset(): void {
    this.move('reset');
    this.starting = null;
    this.goingOn = null;
    this.stopping = null;
  }

  private move(move: RunnerMove): void {
    const next = statusAfter(this.current, move);
    if (next === null) throw new RunnerTransitionError(this.current, move);
    this.current = next;
  }
}
