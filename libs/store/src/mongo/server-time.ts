import type { Clock } from '@workflow-runner/contract';
import { StoreTime } from '../shared/store-time.js';
import type { MongoDriver } from './driver.js';

/**
 * Store time of a server that several machines share: its own clock as it was last told, moved on by the monotonic clock of this
 * process in between, and never back. Until it was told: this machine's.
 */
export class ServerTime {
  /** What is added to the monotonic clock. */
  private ahead: number | null = null;
  private readonly time: StoreTime;

  constructor(private readonly clock: Clock) {
    this.time = new StoreTime({ now: () => this.estimate() });
  }

  now(): number {
    return this.time.now();
  }

  /** Asks the server. */
  async sample(driver: Pick<MongoDriver, 'serverTime'>): Promise<void> {
    const asked = this.clock.monotonic();
    const told = await driver.serverTime();
    const answered = this.clock.monotonic();
    // It was told somewhere between the two.
    this.ahead = told - (asked + answered) / 2;
  }

  private estimate(): number {
    return this.ahead === null ? this.clock.now() : this.ahead + this.clock.monotonic();
  }
}
