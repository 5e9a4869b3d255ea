import {
  InstanceNotFoundError,
  isEnded,
  PayloadUnreadableError,
  WaitTimedOutError,
  type Clock,
  type Store,
  type Timer,
} from '@workflow-runner/contract';
import { snapshotOf, type InstanceSnapshot } from './instance-snapshot.js';

/** First look at the store for an instance that another process may run, in ms; then twice as long, up to the longest. */
const FIRST_LOOK_MS = 200;
const LONGEST_LOOK_MS = 1_000;

interface Waiter {
  readonly resolve: (ended: InstanceSnapshot) => void;
  readonly reject: (error: Error) => void;
}

/** Who waits for the end of which instance. Ends of this process are told at once, those of others are looked for. */
export class Completions {
  private readonly waiters = new Map<string, Set<Waiter>>();

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  isAwaited(instanceId: string): boolean {
    return this.waiters.has(instanceId);
  }

  /** An instance has ended and that is durable. */
  ended(snapshot: InstanceSnapshot): void {
    for (const { resolve } of [...(this.waiters.get(snapshot.record.id) ?? [])]) resolve(snapshot);
  }

  /** Nobody looks any more: all who wait are told so. */
  abandon(error: Error): void {
    for (const waiters of this.waiters.values()) for (const { reject } of waiters) reject(error);
  }

  /**
   * Resolves when the instance is completed, failed or cancelled.
   * @param timeoutMs null: without limit
   * @param running it is known to run in this process, so that the store need not be asked
   * @throws {InstanceNotFoundError} @throws {WaitTimedOutError}
   */
  async wait(instanceId: string, timeoutMs: number | null, running: boolean): Promise<InstanceSnapshot> {
    let release: () => void = () => undefined;
    const ended = new Promise<InstanceSnapshot>((resolve, reject) => {
      release = this.enter(instanceId, timeoutMs, { resolve, reject });
    });
    // Nobody may be listening yet when the time is over while the store is asked.
    ended.catch(() => undefined);
    try {
      return (running ? null : await this.stored(instanceId)) ?? (await ended);
    } finally {
      release();
    }
  }

  private async stored(instanceId: string): Promise<InstanceSnapshot | null> {
    const loaded = await this.store.load(instanceId);
    if (!loaded) throw new InstanceNotFoundError(instanceId);
    return isEnded(loaded.record.status) ? snapshotOf(loaded) : null;
  }

  private enter(instanceId: string, timeoutMs: number | null, waiter: Waiter): () => void {
    const set = this.waiters.get(instanceId) ?? new Set<Waiter>();
    this.waiters.set(instanceId, set.add(waiter));
    let deadline: Timer | null = null;
    if (timeoutMs !== null) {
      deadline = this.clock.setTimer(timeoutMs, () =>
        waiter.reject(new WaitTimedOutError(instanceId, timeoutMs)),
      );
    }
    let look: Timer;
    const lookAfter = (delayMs: number): void => {
      look = this.clock.setTimer(delayMs, () => {
        void this.look(instanceId).finally(() => {
          if (set.has(waiter)) lookAfter(Math.min(LONGEST_LOOK_MS, delayMs * 2));
        });
      });
    };
    lookAfter(FIRST_LOOK_MS);
    return () => {
      set.delete(waiter);
      if (set.size === 0) this.waiters.delete(instanceId);
      deadline?.clear();
      look.clear();
    };
  }

  private async look(instanceId: string): Promise<void> {
    try {
      const stored = await this.stored(instanceId);
      if (stored) this.ended(stored);
    } catch (error) {
      // The store may be away for a moment: the next look tells. What ended and cannot be read is told at once.
      if (!(error instanceof PayloadUnreadableError)) return;
      for (const { reject } of [...(this.waiters.get(instanceId) ?? [])]) reject(error);
    }
  }
}
