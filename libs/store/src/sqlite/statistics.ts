import type { MinuteStatistics } from '@workflow-runner/contract';
import type { Driver, Statement } from './driver.js';

export type Tally = { -readonly [Key in keyof MinuteStatistics]: MinuteStatistics[Key] };

/** Adds what a group has counted to the minutes. */
export class StatisticsWriter {
  private readonly add: Statement;

  constructor(driver: Driver) {
    this.add = driver.prepare(
      `INSERT INTO statistics (minute, workflow_id, started, completed, failed, cancelled, duration_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (minute, workflow_id) DO UPDATE SET
         started = started + excluded.started, completed = completed + excluded.completed,
         failed = failed + excluded.failed, cancelled = cancelled + excluded.cancelled,
         duration_ms = duration_ms + excluded.duration_ms`,
    );
  }

  write(tally: Tally): void {
    const { minute, workflowId, started, completed, failed, cancelled, durationMs } = tally;
    this.add.run(minute, workflowId, started, completed, failed, cancelled, durationMs);
  }
}

export class StatisticsReader {
  private readonly select: Statement;

  constructor(driver: Driver) {
    this.select = driver.prepare(
      `SELECT minute, workflow_id AS workflowId, started, completed, failed, cancelled, duration_ms AS durationMs
       FROM statistics WHERE minute >= ? ORDER BY minute, workflow_id`,
    );
  }

  since(at: number): MinuteStatistics[] {
    return this.select.all(at).map((row) => ({ ...(row as MinuteStatistics) }));
  }
}
