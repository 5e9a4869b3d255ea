import { setTimeout as pause } from 'node:timers/promises';
import type { Answer, Host } from '../../rest/host-lab.js';

const EVERY_MS = 20;

/** Asks one address again and again, and notes what is answered and how long it takes. */
export class Pulse {
  readonly statuses = new Set<number>();
  last: Answer | null = null;
  longestMs = 0;
  private goesOn = true;
  private readonly over: Promise<void>;

  constructor(
    private readonly host: Host,
    private readonly path: string,
  ) {
    this.over = this.run();
  }

  stop(): Promise<void> {
    this.goesOn = false;
    return this.over;
  }

  private async run(): Promise<void> {
    while (this.goesOn) {
      const from = performance.now();
      this.last = await this.host.ask('GET', this.path);
      this.longestMs = Math.max(this.longestMs, performance.now() - from);
      this.statuses.add(this.last.status);
      await pause(EVERY_MS);
    }
  }
}
