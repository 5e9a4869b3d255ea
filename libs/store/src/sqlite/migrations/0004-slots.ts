import type { Migration } from './migration.js';

/**
 * `slot`: the workflow (`nameSpace.name`) whose slot an instance holds while it is owned, or queues for; nothing is
 * counted beside the rows themselves, so no death can leave a slot taken. `slot_since`: the wake time it queues with, its
 * place; `wake_at` is then its deadline, so that the due index does not hold the queue. `ending`: what is left to undo
 * needs no slot. An older version that shares the file knows no limits and leaves queued instances to the newer ones.
 */
export const slots: Migration = {
  version: 4,
  oldestReader: 1,
  sql: `
    ALTER TABLE instances ADD COLUMN slot TEXT;
    ALTER TABLE instances ADD COLUMN slot_since INTEGER;
    ALTER TABLE instances ADD COLUMN ending INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX instances_holding ON instances (slot, owner_node) WHERE slot IS NOT NULL AND owner_node IS NOT NULL;
    CREATE INDEX instances_queued ON instances (slot, priority, slot_since) WHERE slot_since IS NOT NULL;
  `,
};
