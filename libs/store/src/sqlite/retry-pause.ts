import { randomInt } from 'node:crypto';
import type { Condition } from './condition.js';

const SHORTEST_MS = 1;
const LONGEST_MS = 50;
/** Waiting longer than this for a lock is worth telling an operator. In ms. */
const PATIENCE_MS = 1_000;

/** Waits for somebody else's write lock without standing still: 1 to 50 ms, doubling, with jitter. */
export class RetryPause {
  private nextMs = SHORTEST_MS;
  private since: number | null = null;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly condition: Condition) {}

  wait(retry: () => void): void {
    this.since ??= performance.now();
    if (performance.now() - this.since >= PATIENCE_MS) {
      const detail = 'locked by another process, which may be standing still inside a transaction';
      this.condition.degraded(detail, 'lock');
    }
    this.timer = setTimeout(retry, this.nextMs + randomInt(this.nextMs + 1));
    this.nextMs = Math.min(this.nextMs * 2, LONGEST_MS);
  }

  reset(): void {
    this.nextMs = SHORTEST_MS;
    this.since = null;
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
