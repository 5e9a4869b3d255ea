import type { Timer } from '@workflow-runner/contract';
import type { HostServices } from './services.js';

/** How often old things are looked for, in ms. */
const INTERVAL_MS = 60_000;
/** Rows deleted with one call, so that the hot path is never held up. */
const BATCH = 500;

/** Deletes what has had its time, in small batches, on one node at a time or on several: it does no harm. */
export class Housekeeper {
  private timer: Timer | null = null;
  private running: Promise<void> | null = null;
  private stopped = true;

  constructor(private readonly services: HostServices) {}

  start(): void {
    if (this.services.options.retention === null) return;
    this.stopped = false;
    this.schedule(INTERVAL_MS);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.timer?.clear();
    await this.running;
  }

  private schedule(delayMs: number): void {
    if (this.stopped) return;
    this.timer = this.services.clock.setTimer(
      delayMs,
      () => {
        this.running = this.purge().then((more) => this.schedule(more ? 100 : INTERVAL_MS));
      },
      true,
    );
  }

  private async purge(): Promise<boolean> {
    const { store, options, logger } = this.services;
    try {
      return (await store.purge(options.retention!, BATCH)) >= BATCH;
    } catch (error) {
      logger.warn('retention.failed', { error: String(error) });
      return false;
    }
  }
}
