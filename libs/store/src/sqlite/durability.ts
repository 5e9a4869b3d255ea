import { StoreUnavailableError } from '@workflow-runner/contract';
import type { Driver, Statement } from './driver.js';
import type { WriteAheadLog } from './write-ahead-log.js';

/** Called once: with null when what was written would survive a loss of power, else with what went wrong. */
export type Settle = (error: StoreUnavailableError | null) => void;

/** Whatever is committed is durable some time after its commit. */
export interface Durability {
  /** @param jobs how many wait for it */
  afterCommit(jobs: number, settle: Settle): void;
  /** Resolves when what this connection can read now is durable; null: it is. */
  ofReads(): Promise<void> | null;
}

/** For commits that SQLite itself has made durable, or that need not be. */
export const AT_ONCE: Durability = {
  afterCommit: (_jobs, settle) => settle(null),
  ofReads: () => null,
};

/** A group with so few jobs waits for the disk where it is: nobody else would use the time. */
const FEW = 2;
/** As long as the disk takes less than this on average, in ms; a hop to another thread and back takes a tenth. */
const QUICK_MS = 1;
/** Weight of the newest duration in the average. */
const WEIGHT = 1 / 16;

/**
 * Group commit in two halves: SQLite writes a commit to the log on this thread, and the log is brought to the disk beside
 * it; one sync settles all that was written before it began. So the disk's slowness is nobody's standstill. A commit
 * can be read before it is durable; whoever reads waits for that with `ofReads`, also for commits of other processes.
 *
 * When a sync has failed nobody knows what of the log is on the disk, and what comes behind a gap would be lost with it:
 * from then on a full checkpoint, which brings everything into the database file, takes the place of the sync until one
 * has succeeded.
 */
export class SyncedLog implements Durability {
  private waiting: Settle[] = [];
  /** Settled by the sync that is under way. */
  private underWay: Settle[] = [];
  private isSyncing = false;
  private commits = 0;
  /** Commits that were made before the sync that is under way began. */
  private covered = 0;
  private hasFailed = false;
  private meanMs = 0;
  private readonly version: Statement;
  /** Of the commits of other connections that are known to be durable. */
  private seenVersion = -1;

  constructor(
    private readonly driver: Driver,
    private readonly log: WriteAheadLog,
    private readonly path: string,
  ) {
    this.version = driver.prepare('PRAGMA data_version');
  }

  afterCommit(jobs: number, settle: Settle): void {
    this.commits += 1;
    if (jobs > FEW || this.isSyncing || this.meanMs > QUICK_MS || this.hasFailed) return this.later(settle);
    const from = performance.now();
    try {
      this.log.sync();
    } catch {
      this.hasFailed = true;
      return this.later(settle);
    }
    this.took(performance.now() - from);
    settle(null);
  }

  ofReads(): Promise<void> | null {
    const { data_version: version } = this.version.get() as { data_version: number };
    const isForeign = version !== this.seenVersion;
    if (!isForeign && !this.isSyncing) return null;
    return new Promise((resolve, reject) => {
      const settle: Settle = (error) => {
        if (error !== null) return reject(error);
        this.seenVersion = version;
        resolve();
      };
      if (!isForeign && this.covered === this.commits) this.underWay.push(settle);
      else this.later(settle);
    });
  }

  private later(settle: Settle): void {
    this.waiting.push(settle);
    if (!this.isSyncing) this.start();
  }

  private start(): void {
    this.underWay = this.waiting;
    this.waiting = [];
    this.isSyncing = true;
    this.covered = this.commits;
    const from = performance.now();
    this.bringToDisk().then(
      () => {
        this.took(performance.now() - from);
        this.finish(null);
      },
      (cause: unknown) => {
        const error = new StoreUnavailableError(`${this.path} cannot be brought to the disk`, { cause });
        this.finish(error);
      },
    );
  }

  private finish(error: StoreUnavailableError | null): void {
    const settles = this.underWay;
    this.isSyncing = false;
    if (this.waiting.length > 0) this.start();
    for (const settle of settles) settle(error);
  }

  private async bringToDisk(): Promise<void> {
    if (!this.hasFailed) {
      try {
        return await this.log.syncLater();
      } catch {
        this.hasFailed = true;
      }
    }
    this.checkpoint();
    this.hasFailed = false;
  }

  /** @throws when not all of the log has come into the file */
  private checkpoint(): void {
    const row = this.driver.prepare('PRAGMA wal_checkpoint(FULL)').get();
    const { busy, log, checkpointed } = row as { busy: number; log: number; checkpointed: number };
    if (busy !== 0 || log !== checkpointed) throw new Error('the log could not be brought into the database');
  }

  private took(ms: number): void {
    this.meanMs += (ms - this.meanMs) * WEIGHT;
  }
}
