import type { Migration } from './migration.js';

/**
 * `overdue_at`: from when on a node without the workflow may claim an instance too; null once its end has begun. An
 * older version that shares the file goes on as before: of its own starts it alone notices the deadline.
 */
export const overdue: Migration = {
  version: 3,
  oldestReader: 1,
  sql: `
    ALTER TABLE instances ADD COLUMN overdue_at INTEGER;
    UPDATE instances SET overdue_at = deadline_at
      WHERE deadline_at IS NOT NULL AND status NOT IN ('completed', 'cancelled', 'failed')
        AND (owner_node IS NOT NULL OR wake_at IS NOT NULL);
    CREATE INDEX instances_overdue ON instances (overdue_at)
      WHERE owner_node IS NULL AND wake_at IS NOT NULL AND overdue_at IS NOT NULL;
  `,
};
