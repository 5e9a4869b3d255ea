import type { StoreHealth } from '@workflow-runner/contract';
import type { CrashChild } from '@workflow-runner/testing/crash-kit';

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: unknown;
}

/** What a node tells while its event loop turns: its log, and its health where it ticks. */
export class Witness {
  readonly lines: LogLine[] = [];
  /** Each time it was another than before, in order. */
  readonly conditions: StoreHealth['status'][] = [];
  health: StoreHealth | null = null;
  ticks = 0;
  /** Longest time from one tick to the next, in ms. */
  longestMs = 0;
  private lastAt: number | null = null;

  constructor(child: CrashChild) {
    child.onTold(({ event, fields }) => {
      if (event === 'log') this.lines.push(fields as unknown as LogLine);
      if (event === 'tick') this.tick(fields as unknown as { at: number; health: StoreHealth });
    });
  }

  hasLogged(wanted: string): boolean {
    return this.lines.some(({ message }) => message === wanted);
  }

  private tick({ at, health }: { at: number; health: StoreHealth }): void {
    this.longestMs = Math.max(this.longestMs, at - (this.lastAt ?? at));
    this.lastAt = at;
    this.health = health;
    this.ticks += 1;
    if (this.conditions.at(-1) !== health.status) this.conditions.push(health.status);
  }
}
