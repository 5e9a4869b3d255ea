import { columnsOfLines } from './audit-columns.js';
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
  `SELECT 'audit: chain ' || c.name || ' has ' || count(s.position) || ' of its '
     || (c.head_sequence - c.base_sequence) || ' entries' AS finding
   FROM audit_chains c LEFT JOIN audit_seals s ON s.chain = c.number AND s.sequence > c.base_sequence
     AND EXISTS (SELECT 1 FROM audit a WHERE a.position = s.position)
   GROUP BY c.number HAVING count(s.position) <> c.head_sequence - c.base_sequence`,
  `SELECT 'audit: chain ' || c.name || ' does not end with its head' AS finding
   FROM audit_chains c LEFT JOIN audit_seals s ON s.chain = c.number AND s.sequence = c.head_sequence
   WHERE c.head_sequence > c.base_sequence AND s.hash IS NOT c.head_hash`,
  `SELECT 'audit: ' || (max(position) - min(position) + 1 - count(*)) || ' entries are gone' AS finding
   FROM audit HAVING max(position) - min(position) + 1 <> count(*)`,
  `SELECT DISTINCT 'audit: seals of an unknown chain ' || s.chain AS finding
   FROM audit_seals s LEFT JOIN audit_chains c ON c.number = s.chain WHERE c.number IS NULL`,
  `SELECT 'audit: entry ' || s.position || ' does not say what can be asked for' AS finding
   FROM audit_seals s JOIN (${columnsOfLines('FROM audit')}) a ON a.position = s.position
   WHERE (s.at, s.subject, s.tenant, s.action, s.resource_kind, s.resource_id, s.workflow_id, s.result)
     IS NOT (a.at, a.subject, a.tenant, a.action, a.resource_kind, a.resource_id, a.workflow_id, a.result)`,
  `SELECT 'audit: entry ' || a.position || ' stands without a seal among sealed ones' AS finding
   FROM audit a LEFT JOIN audit_seals s ON s.position = a.position
   WHERE s.position IS NULL AND a.position < (SELECT max(position) FROM audit_seals)`,
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
