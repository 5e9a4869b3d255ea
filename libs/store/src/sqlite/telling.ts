import type { Publication } from '@workflow-runner/contract';
import type { Driver, Statement } from './driver.js';
import { JOURNAL_ROWS, toPublication, type StoredJournalRow } from './journal-rows.js';

/** What the relay reads, in the order of the commits, and how far each sink has come. */
export class TellingReader {
  private readonly last: Statement;
  private readonly after: Statement;
  private readonly select: Statement;
  private readonly save: Statement;
  /** Between these positions nothing is told; positions only grow, so it stays true. */
  private silent = { from: 0, to: 0 };

  constructor(driver: Driver) {
    this.last = driver.prepare('SELECT coalesce(max(position), 0) AS position FROM journal');
    this.after = driver.prepare(
      `${JOURNAL_ROWS} WHERE j.position > ? AND j.tell IS NOT NULL ORDER BY j.position LIMIT ?`,
    );
    this.select = driver.prepare('SELECT position FROM cursors WHERE sink = ?');
    this.save = driver.prepare(
      'INSERT INTO cursors (sink, position) VALUES (?, ?) ON CONFLICT (sink) DO UPDATE SET position = excluded.position',
    );
  }

  publications(after: number, limit: number): Publication[] {
    const { from, to } = this.silent;
    const start = after >= from && after < to ? to : after;
    const last = this.last.get() as { position: number };
    const rows = this.after.all(start, limit) as StoredJournalRow[];
    if (rows.length < limit) {
      const end = rows.at(-1)?.position ?? after;
      this.silent = { from: end, to: Math.max(end, last.position) };
    }
    return rows.map(toPublication);
  }

  cursor(sink: string): number {
    return (this.select.get(sink) as { position: number } | undefined)?.position ?? 0;
  }

  saveCursor(sink: string, position: number): void {
    this.save.run(sink, position);
  }
}
