import { StoreLockedError, StoreUnavailableError } from '@workflow-runner/contract';
import type { Condition } from './condition.js';
import type { Driver } from './driver.js';
import type { Durability } from './durability.js';
import type { Group } from './group.js';
import { Refusal } from './refusal.js';
import { RetryPause } from './retry-pause.js';
import { isBusy, storeErrorOf } from './sqlite-errors.js';

/** Jobs of one transaction; a larger crowd is split so that the event loop breathes. */
const MAX_GROUP = 1_000;
/** How long a job waits for somebody else's write lock before it is refused, in ms. */
const LOCK_PATIENCE_MS = 5_000;
/** When a commit was on its way to the disk for longer, the process may have stood still: shorter than any lease. In ms. */
const LONG_MS = 250;

interface Job {
  readonly work: (group: Group, asked: never) => unknown;
  readonly asked: unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
  /** When it is refused if the write lock is still taken, by the monotonic clock. */
  readonly until: number;
  result: unknown;
}

export interface GroupCommitParts {
  readonly path: string;
  readonly driver: Driver;
  readonly durability: Durability;
  readonly condition: Condition;
  readonly newGroup: () => Group;
  /** Called when something was not written: what jobs noted in memory is void. */
  readonly forget: () => void;
  readonly announce: (group: Group) => void;
}

/**
 * All jobs of one turn of the event loop share one transaction and are settled when it is durable; each keeps its own
 * verdict. A job that throws is rejected and the others are run again without it, so jobs may be run several times and
 * note nothing outside the database that `forget` does not take back.
 *
 * A job that has waited for the lock for five seconds is refused, so that what waits does not grow without end.
 *
 * idle -> scheduled (first job; setImmediate) -> idle, while the disk works at what was committed, or -> waiting (the write
 * lock is taken; timer) -> scheduled.
 */
export class GroupCommit {
  private queue: Job[] = [];
  private state: 'idle' | 'scheduled' | 'waiting' | 'closed' = 'idle';
  private readonly pause: RetryPause;
  /** Transactions that are not known to be durable yet. */
  private undurable = 0;
  private whenIdle: (() => void)[] = [];

  constructor(private readonly parts: GroupCommitParts) {
    this.pause = new RetryPause(parts.condition);
  }

  /** @param patienceMs how long it waits for somebody else's write lock */
  run<T>(work: (group: Group) => T | Refusal, patienceMs = LOCK_PATIENCE_MS): Promise<T> {
    return this.runWith(work, undefined, patienceMs);
  }

  /** The same for work that is given what it needs: the hot path makes no function for each call. */
  runWith<T, A>(
    work: (group: Group, asked: A) => T | Refusal,
    asked: A,
    patienceMs = LOCK_PATIENCE_MS,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.state === 'closed') return reject(new StoreUnavailableError('The store is closed'));
      const until = performance.now() + patienceMs;
      this.queue.push({ work, asked, resolve, reject, until, result: undefined });
      if (this.state === 'idle') this.schedule();
    });
  }

  /** Takes no new jobs, waits at most `limitMs` for those it has, and refuses the rest. */
  async close(limitMs: number): Promise<void> {
    if (this.state === 'closed') return;
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, limitMs)));
    await Promise.race([this.idle(), limit]);
    clearTimeout(timer);
    this.state = 'closed';
    this.pause.stop();
    this.refuse(this.queue.splice(0), 'was locked until the store was closed');
  }

  private idle(): Promise<void> {
    if (this.state === 'idle' && this.undurable === 0) return Promise.resolve();
    return new Promise((resolve) => this.whenIdle.push(resolve));
  }

  private schedule(): void {
    this.state = 'scheduled';
    setImmediate(() => this.flush());
  }

  private flush(): void {
    if (this.state === 'closed') return;
    const jobs = this.queue.length <= MAX_GROUP ? this.queue : this.queue.slice(0, MAX_GROUP);
    this.queue = this.queue.slice(jobs.length);
    const left = this.carryOut(jobs);
    if (left.length > 0) {
      this.queue = this.withoutTired([...left, ...this.queue]);
      this.state = 'waiting';
      this.pause.wait(() => this.flush());
    } else if (this.queue.length > 0) {
      this.schedule();
    } else {
      this.state = 'idle';
      this.tellIdle();
    }
  }

  private tellIdle(): void {
    if (this.state !== 'idle' || this.undurable > 0) return;
    for (const resolve of this.whenIdle.splice(0)) resolve();
  }

  /** Refuses those that have waited long enough. */
  private withoutTired(jobs: readonly Job[]): Job[] {
    const now = performance.now();
    const tired = jobs.filter(({ until }) => until <= now);
    this.refuse(tired, 'is locked by another process that does not let go');
    return tired.length === 0 ? [...jobs] : jobs.filter(({ until }) => until > now);
  }

  private refuse(jobs: readonly Job[], why: string): void {
    if (jobs.length === 0) return;
    const error = new StoreLockedError(`${this.parts.path} ${why}`);
    for (const job of jobs) job.reject(error);
  }

  /** @returns the jobs that must be tried again because the write lock is taken */
  private carryOut(jobs: readonly Job[]): readonly Job[] {
    let remaining = jobs;
    while (remaining.length > 0) {
      const failure = this.attempt(remaining);
      if (failure === null) break;
      if (isBusy(failure.error)) return remaining;
      const storeError = storeErrorOf(failure.error, this.parts.path);
      const { culprit } = failure;
      if (storeError || !culprit) {
        if (storeError) this.parts.condition.degraded(storeError.message);
        for (const job of remaining) job.reject(storeError ?? failure.error);
        break;
      }
      culprit.reject(failure.error);
      remaining = remaining.filter((job) => job !== culprit);
    }
    this.pause.reset();
    return [];
  }

  /** Rows that this connection has changed so far. */
  private changes(): number {
    return (this.parts.driver.prepare('SELECT total_changes() AS n').get() as { n: number }).n;
  }

  private attempt(jobs: readonly Job[]): { error: unknown; culprit: Job | null } | null {
    const { condition } = this.parts;
    let current: Job | null = null;
    let wrote = false;
    let group: Group;
    try {
      group = this.parts.driver.transaction(() => {
        const begun = this.parts.newGroup();
        const changes = condition.isDegraded ? this.changes() : 0;
        for (const job of jobs) {
          current = job;
          job.result = job.work(begun, job.asked as never);
        }
        current = null;
        begun.finish();
        if (condition.isDegraded) wrote = this.changes() > changes;
        return begun;
      });
    } catch (error) {
      this.parts.forget();
      return { error, culprit: current };
    }
    this.undurable += 1;
    const from = performance.now();
    this.parts.durability.afterCommit(jobs.length, (error) => {
      this.undurable -= 1;
      if (error !== null) condition.degraded(error.message);
      const doubt = error ?? this.doubtAfter(performance.now() - from, group);
      if (doubt === null) this.acknowledge(jobs, group, wrote);
      else this.lost(jobs, doubt);
      this.tellIdle();
    });
    return null;
  }

  /**
   * A process that was frozen meanwhile may have been taken over: what it wrote others have gone on with, and it must not go
   * on from the same place.
   */
  private doubtAfter(ms: number, group: Group): StoreUnavailableError | null {
    try {
      if (ms < LONG_MS || !group.hasLostNode()) return null;
      return new StoreUnavailableError(
        `${this.parts.path} was written to, and others have taken over while the disk worked at it`,
      );
    } catch (cause) {
      return new StoreUnavailableError(`${this.parts.path} cannot be read`, { cause });
    }
  }

  private acknowledge(jobs: readonly Job[], group: Group, wrote: boolean): void {
    this.parts.condition.worked(wrote);
    for (const job of jobs) {
      if (job.result instanceof Refusal) job.reject(job.result.error);
      else job.resolve(job.result as never);
    }
    this.parts.announce(group);
  }

  /** Committed, but nobody may build on it: perhaps it is there only as long as the machine has power. */
  private lost(jobs: readonly Job[], error: StoreUnavailableError): void {
    this.parts.forget();
    for (const job of jobs) job.reject(error);
  }
}
