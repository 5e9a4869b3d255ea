import type { MinuteStatistics } from '@workflow-runner/contract';
import type { ClusterTotals } from './runner-metrics.js';

const DAY_MS = 86_400_000;
/** Minutes this recent may still grow: clocks of nodes differ, and commits of one group share a moment. In ms. */
const UNSETTLED_MS = 10 * 60_000;

interface Sums {
  completed: number;
  failed: number;
  cancelled: number;
  durationMs: number;
}

/** Adds up the statistics of the last 24 hours; asks only for what may have changed since the last time. Pure. */
export class MinuteTotals {
  /** Full ids of all workflows that had something to count. */
  readonly workflowIds = new Set<string>();
  private readonly minutes = new Map<number, Sums>();
  private readAt: number | null = null;

  /** From when on the statistics are needed next, epoch ms. */
  since(now: number): number {
    const dayAgo = now - DAY_MS;
    return this.readAt === null ? dayAgo : Math.max(dayAgo, this.readAt - UNSETTLED_MS);
  }

  /** Takes in what `since` has asked for. */
  take(rows: readonly MinuteStatistics[], since: number, now: number): void {
    for (const minute of this.minutes.keys()) {
      if (minute >= since || minute < now - DAY_MS) this.minutes.delete(minute);
    }
    for (const row of rows) {
      this.workflowIds.add(row.workflowId);
      const sums = this.minutes.get(row.minute) ?? { completed: 0, failed: 0, cancelled: 0, durationMs: 0 };
      sums.completed += row.completed;
      sums.failed += row.failed;
      sums.cancelled += row.cancelled;
      sums.durationMs += row.durationMs;
      this.minutes.set(row.minute, sums);
    }
    this.readAt = now;
  }

  /** Today begins at midnight UTC. */
  totals(now: number): Omit<ClusterTotals, 'activeInstances'> {
    const midnight = now - (now % DAY_MS);
    let completedToday = 0;
    const all: Sums = { completed: 0, failed: 0, cancelled: 0, durationMs: 0 };
    for (const [minute, sums] of this.minutes) {
      if (minute >= midnight) completedToday += sums.completed;
      all.completed += sums.completed;
      all.failed += sums.failed;
      all.cancelled += sums.cancelled;
      all.durationMs += sums.durationMs;
    }
    return {
      completedToday,
      errorRate: share(all.failed, all.completed + all.failed),
      averageExecutionTime: share(all.durationMs, all.completed + all.failed + all.cancelled),
    };
  }
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
