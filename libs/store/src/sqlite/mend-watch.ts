import type { Condition } from './condition.js';
import type { Driver, Statement } from './driver.js';
import type { GroupCommit } from './group-commit.js';

/** How often a store that is degraded is tried, in ms. */
const TRY_EVERY_MS = 1_000;

/**
 * Writes a little once a second while the store is degraded: nobody else may ask for a write where health keeps
 * requests away, and the trouble would never be seen to be over.
 */
export class MendWatch {
  private readonly touch: Statement;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    driver: Driver,
    private readonly condition: Condition,
    private readonly groups: GroupCommit,
  ) {
    this.touch = driver.prepare(
      `INSERT INTO meta (key, value) VALUES ('last_try', 1) ON CONFLICT (key) DO UPDATE SET value = value + 1`,
    );
  }

  start(): void {
    this.timer = setInterval(() => this.look(), TRY_EVERY_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    if (!this.condition.isDegraded) return;
    // What it fails with, the condition has been told. A try that meets a lock is over: the next one comes soon.
    this.groups.run(() => this.touch.run(), 0).catch(() => undefined);
  }
}
