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

/** Time between looks at the store for instances that another process may run, in ms. */
const LOOK_EVERY_MS = 200;
/** Most instances that one look asks for; with more awaited they take turns. */
const LOOK_AT = 500;

interface Waiter {
  readonly resolve: (ended: InstanceSnapshot) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Who waits for the end of which instance. Ends of this process are told at once; for all others together the store is
 * asked, when somebody begins to wait and then again and again.
 */
export class Completions {
  private readonly waiters = new Map<string, Set<Waiter>>();
  /** Awaited since this turn of the event loop began. */
  private fresh: string[] = [];
  private timer: Timer | null = null;
  private looking = false;

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly isHere: (instanceId: string) => boolean,
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
    for (const instanceId of [...this.waiters.keys()]) this.refuse(instanceId, error);
  }

  /**
   * Resolves when the instance is completed, failed or cancelled.
   * @param timeoutMs null: without limit
   * @throws {InstanceNotFoundError} @throws {WaitTimedOutError} @throws {PayloadUnreadableError}
   */
  async wait(instanceId: string, timeoutMs: number | null): Promise<InstanceSnapshot> {
    let release: () => void = () => undefined;
    try {
      return await new Promise<InstanceSnapshot>((resolve, reject) => {
        release = this.enter(instanceId, timeoutMs, { resolve, reject });
      });
    } finally {
      release();
    }
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
    if (!this.isHere(instanceId)) this.askSoon(instanceId);
    this.lookLater();
    return () => {
      set.delete(waiter);
      if (set.size === 0) this.waiters.delete(instanceId);
      deadline?.clear();
      if (this.waiters.size > 0) return;
      this.timer?.clear();
      this.timer = null;
    };
  }

  private refuse(instanceId: string, error: unknown): void {
    for (const { reject } of [...(this.waiters.get(instanceId) ?? [])]) reject(error);
  }

  // Asking the store ----------------------------------------------------------------------------------

  /** Who begins to wait in this turn of the event loop asks together. */
  private askSoon(instanceId: string): void {
    this.fresh.push(instanceId);
    if (this.fresh.length > 1) return;
    queueMicrotask(() => {
      const asked = this.fresh;
      this.fresh = [];
      this.ask(asked, true).catch((error: unknown) => {
        for (const id of asked) this.refuse(id, error);
      });
    });
  }

  private lookLater(): void {
    if (this.timer || this.looking) return;
    this.timer = this.clock.setTimer(LOOK_EVERY_MS, () => {
      this.timer = null;
      this.looking = true;
      // The store may be away for a moment: the next look tells.
      void this.ask(this.nextElsewhere(), false)
        .catch(() => undefined)
        .then(() => {
          this.looking = false;
          if (this.waiters.size > 0) this.lookLater();
        });
    });
  }

  /** Those whose turn it is among the awaited that do not run here. */
  private nextElsewhere(): string[] {
    const ids: string[] = [];
    for (const instanceId of this.waiters.keys()) {
      if (ids.length === LOOK_AT) break;
      if (!this.isHere(instanceId)) ids.push(instanceId);
    }
    for (const instanceId of ids) {
      const set = this.waiters.get(instanceId)!;
      this.waiters.delete(instanceId);
      this.waiters.set(instanceId, set);
    }
    return ids;
  }

  private async ask(instanceIds: readonly string[], first: boolean): Promise<void> {
    if (instanceIds.length === 0) return;
    const statuses = await this.store.statuses(instanceIds);
    for (const instanceId of instanceIds) {
      const status = statuses.get(instanceId);
      if (status === undefined) {
        if (first) this.refuse(instanceId, new InstanceNotFoundError(instanceId));
      } else if (isEnded(status)) await this.tell(instanceId);
    }
  }

  private async tell(instanceId: string): Promise<void> {
    if (!this.waiters.has(instanceId)) return;
    try {
      const loaded = await this.store.load(instanceId);
      if (loaded && isEnded(loaded.record.status)) this.ended(snapshotOf(loaded));
    } catch (error) {
      // What has ended and cannot be read is told at once.
      if (!(error instanceof PayloadUnreadableError)) throw error;
      this.refuse(instanceId, error);
    }
  }
}
