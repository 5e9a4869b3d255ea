import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { loadDriver, type Driver, type Opener, type WriteAheadLog } from '@workflow-runner/store/sqlite';

/** A disk under a database that does its work when it is told to, or refuses it. */
export class Disk {
  /** What a loss of power would leave of the log. */
  private safe: Buffer = Buffer.alloc(0);
  /** Each lets one sync that is under way end. */
  private readonly underWay: (() => void)[] = [];
  isSlow = false;
  /** How long a sync in place takes. */
  inPlaceMs = 0;
  /** How many of the next operations it refuses. */
  refusals = 0;
  syncs = 0;
  syncsInPlace = 0;
  checkpoints = 0;

  constructor(private readonly path: string) {}

  async opener(): Promise<Opener> {
    const open = await loadDriver();
    return (path) => (path === this.path ? this.under(open(path)) : open(path));
  }

  get waiting(): number {
    return this.underWay.length;
  }

  /** The sync that was asked for first has ended. */
  finishOne(): void {
    this.underWay.shift()?.();
  }

  /** What a loss of power at this moment leaves of the store, as a file elsewhere. */
  leftBehind(target: string): string {
    copyFileSync(this.path, target);
    writeFileSync(`${target}-wal`, this.safe);
    return target;
  }

  private under(driver: Driver): Driver {
    const log: WriteAheadLog = {
      sync: () => {
        this.syncsInPlace += 1;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, this.inPlaceMs);
        this.mayRefuse();
        this.safe = this.written();
      },
      syncLater: async () => {
        this.syncs += 1;
        // What is written while it works may be lost.
        const written = this.written();
        if (this.isSlow) await new Promise<void>((resolve) => this.underWay.push(resolve));
        this.mayRefuse();
        this.safe = written;
      },
      reserve: () => undefined,
    };
    return {
      log,
      exec: (sql) => driver.exec(sql),
      prepare: (sql) => {
        if (sql.startsWith('PRAGMA wal_checkpoint')) {
          this.checkpoints += 1;
          this.mayRefuse();
        }
        return driver.prepare(sql);
      },
      transaction: (work) => driver.transaction(work),
      backup: (target) => driver.backup(target),
      close: () => driver.close(),
    };
  }

  private written(): Buffer {
    return readFileSync(`${this.path}-wal`);
  }

  private mayRefuse(): void {
    if (this.refusals === 0) return;
    this.refusals -= 1;
    throw Object.assign(new Error('disk I/O error'), { code: 'EIO' });
  }
}
