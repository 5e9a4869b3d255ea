import type { Logger } from './logger.js';

/** How often a failure that lasts is told again, in ms. */
const TELL_EVERY_MS = 60_000;

/**
 * Tells of something that is tried again and again and fails for a while: the first failure, what it has come to once
 * a minute, and its end. However long an outage is and however often it comes back, that is two lines a minute.
 *
 *   quiet ──failed──▶ told ──failed──▶ told (counted; a line a minute) ──worked──▶ quiet
 */
export class FailureLog {
  private toldAt = -Infinity;
  private isTold = false;
  private failures = 0;

  /** @param line what is written for a failure; for its end the same with `works-again` */
  constructor(
    private readonly logger: Pick<Logger, 'info' | 'warn'>,
    private readonly monotonic: () => number,
    private readonly line: `${string}failed`,
    private readonly fields: Record<string, unknown> = {},
  ) {}

  failed(error: unknown): void {
    this.failures += 1;
    const now = this.monotonic();
    if (now - this.toldAt < TELL_EVERY_MS) return;
    this.toldAt = now;
    this.isTold = true;
    const message = error instanceof Error ? error.message : String(error);
    this.logger.warn(this.line, { ...this.fields, error: message, failures: this.failures });
  }

  worked(): void {
    if (!this.isTold) return;
    this.logger.info(this.line.replace(/failed$/, 'works-again'), {
      ...this.fields,
      failures: this.failures,
    });
    this.isTold = false;
    this.failures = 0;
  }
}
