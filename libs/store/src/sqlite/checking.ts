import type { Driver } from './driver.js';

/** Questions whose answers are findings; each gives rows with one text. */
const FINDINGS: readonly string[] = [
  `SELECT 'instance ' || i.id || ': the journal has a gap after revision ' || i.snapshot_revision AS finding
   FROM instances i
   WHERE i.status NOT IN ('completed', 'cancelled') AND (
     SELECT coalesce(max(j.revision), i.snapshot_revision) - i.snapshot_revision - count(*)
     FROM journal j WHERE j.instance = i.seq AND j.revision > i.snapshot_revision) <> 0`,
  `SELECT 'instance ' || i.id || ': owned by a node that is unknown' AS finding
   FROM instances i LEFT JOIN nodes n ON n.node_id = i.owner_node
   WHERE i.owner_node IS NOT NULL AND n.node_id IS NULL`,
  `SELECT 'instance ' || id || ': queues for a slot of no workflow' AS finding
   FROM instances WHERE slot_since IS NOT NULL AND slot IS NULL`,
  `SELECT DISTINCT 'journal: rows of an unknown instance ' || j.instance AS finding
   FROM journal j LEFT JOIN instances i ON i.seq = j.instance WHERE i.seq IS NULL`,
  ...['subscriptions', 'inbox', 'signals', 'tags'].map(
    (table) =>
      `SELECT DISTINCT '${table}: rows of an unknown instance ' || t.instance_id AS finding
       FROM ${table} t LEFT JOIN instances i ON i.id = t.instance_id WHERE i.id IS NULL`,
  ),
];

/** SQLite's own check of its pages and indexes. */
export function findBrokenPages(driver: Driver): string[] {
  const rows = driver.prepare('PRAGMA integrity_check').all() as { integrity_check: string }[];
  return rows.map((row) => row.integrity_check).filter((text) => text !== 'ok');
}

/** What the tables owe each other; only worth asking when the pages are sound. */
export function findBrokenPromises(driver: Driver): string[] {
  const rows = FINDINGS.flatMap((sql) => driver.prepare(sql).all() as { finding: string }[]);
  return rows.map(({ finding }) => finding);
}
