import type { InstanceRecord, JournalRow } from '@workflow-runner/contract';

/** An attempt with one of these is the pointer's last. */
const FINAL = ['completed', 'compensated', 'failed'];

/**
 * What must hold in the history of an instance that has completed, whatever happened to its processes: no revision
 * is missing or there twice, no step ended twice, nothing follows a step's end, and the end was told once, last.
 * @param rows all of its journal, oldest first
 * @returns findings, empty when all is well
 */
export function auditHistory(record: InstanceRecord, rows: readonly JournalRow[]): string[] {
  const found: string[] = [];
  if (record.status !== 'completed')
    found.push(`is ${record.status} (${record.statusReason ?? 'no reason'})`);
  if (record.owner !== null) found.push('has ended and still has an owner');
  if (record.control !== null) found.push('has ended and still has a control mark');
  return [...found, ...auditRevisions(record, rows), ...auditPointers(rows), ...auditTelling(rows)];
}

function auditRevisions(record: InstanceRecord, rows: readonly JournalRow[]): string[] {
  const found: string[] = [];
  let expected = rows[0]?.kind === 'created' ? 0 : 1;
  for (const row of rows) {
    if (row.revision !== expected) found.push(`has revision ${row.revision} where ${expected} belongs`);
    expected = row.revision + 1;
  }
  if (record.revision !== expected - 1) {
    found.push(`stands at revision ${record.revision}, and its journal ends at ${expected - 1}`);
  }
  return found;
}

function auditPointers(rows: readonly JournalRow[]): string[] {
  const found: string[] = [];
  const ended = new Set<string>();
  for (const { attempt, revision } of rows) {
    if (!attempt) continue;
    const { pointerId, stepName, status } = attempt;
    if (ended.has(pointerId))
      found.push(`${stepName} (${pointerId}) is ${status} at ${revision}, after its end`);
    if (FINAL.includes(status)) ended.add(pointerId);
  }
  return found;
}

function auditTelling(rows: readonly JournalRow[]): string[] {
  const found: string[] = [];
  for (const telling of ['created', 'started', 'completed'] as const) {
    const times = rows.filter((row) => row.tell.includes(telling)).length;
    if (times !== 1) found.push(`told ${telling} ${times} times`);
  }
  if (!rows.at(-1)?.tell.includes('completed')) found.push('its last row does not tell that it completed');
  return found;
}
