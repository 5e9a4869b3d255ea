import type { Migration } from './migration.js';

/**
 * `journal.control`: whose wish a row has granted. `last_mark_id`: the wish that was written last, so that asking again
 * changes nothing. `signal_bytes` and `kept_signal_bytes`: what a signal in the inbox and those that the state keeps
 * for a later wait count for. The first is missing where an older version shares the file and has sent it; the second
 * is right again with the next rest.
 */
export const whoAsked: Migration = {
  version: 2,
  oldestReader: 1,
  sql: `
    ALTER TABLE journal ADD COLUMN control TEXT;
    CREATE INDEX journal_controls ON journal (instance, revision) WHERE control IS NOT NULL;
    ALTER TABLE instances ADD COLUMN last_mark_id TEXT;
    ALTER TABLE inbox ADD COLUMN signal_bytes INTEGER;
    ALTER TABLE instances ADD COLUMN kept_signal_bytes INTEGER NOT NULL DEFAULT 0;
  `,
};
