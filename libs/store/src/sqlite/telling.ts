import type { Positions, Publication } from '@workflow-runner/contract';
import type { Driver, Statement } from './driver.js';
import { JOURNAL_HEADLINES, JOURNAL_ROWS, toPublication, type StoredJournalRow } from './journal-rows.js';

/** What the relay reads, in the order of the commits, and how far each sink has come. */
export class TellingReader {
  private readonly last: Statement;
  private readonly after: Readonly<Record<'whole' | 'headlines', Statement>>;
  private readonly bounds: Statement;
  private readonly select: Statement;
  private readonly save: Statement;
  /** Between these positions nothing is told; positions only grow, so it stays true. */
  private silent = { from: 0, to: 0 };

  constructor(driver: Driver) {
    this.last = driver.prepare('SELECT coalesce(max(position), 0) AS position FROM journal');
    const after = (rows: string): Statement =>
      driver.prepare(`${rows} WHERE j.position > ? AND j.tell IS NOT NULL ORDER BY j.position LIMIT ?`);
    this.after = { whole: after(JOURNAL_ROWS), headlines: after(JOURNAL_HEADLINES) };
    this.bounds = driver.prepare(
      `SELECT max(coalesce((SELECT max(position) FROM journal), 0), ${metaValue('journal_floor')}) AS last,
         ${metaValue('journal_deleted')} AS deleted`,
    );
    this.select = driver.prepare('SELECT position FROM cursors WHERE sink = ?');
    this.save = driver.prepare(
      'INSERT INTO cursors (sink, position) VALUES (?, ?) ON CONFLICT (sink) DO UPDATE SET position = excluded.position',
    );
  }

  publications(after: number, limit: number, what: 'whole' | 'headlines'): Publication[] {
    const { from, to } = this.silent;
    const start = after >= from && after < to ? to : after;
    const last = this.last.get() as { position: number };
    const rows = this.after[what].all(start, limit) as StoredJournalRow[];
    if (rows.length < limit) {
      const end = rows.at(-1)?.position ?? after;
      this.silent = { from: end, to: Math.max(end, last.position) };
    }
    return rows.map(toPublication);
  }

  positions(): Positions {
    return this.bounds.get() as Positions;
  }

  cursor(sink: string): number {
    return (this.select.get(sink) as { position: number } | undefined)?.position ?? 0;
  }

  saveCursor(sink: string, position: number): void {
    this.save.run(sink, position);
  }
}

function metaValue(key: string): string {
  return `coalesce((SELECT value FROM meta WHERE key = '${key}'), 0)`;
}
