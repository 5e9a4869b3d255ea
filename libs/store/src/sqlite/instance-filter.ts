import type { InstanceFilter } from '@workflow-runner/contract';
import { tenantKey } from '../shared/matching.js';
import type { SqlValue } from './driver.js';

export interface Condition {
  /** Beginning with WHERE; always true when nothing was asked for. */
  readonly where: string;
  readonly values: SqlValue[];
}

/** Writes a filter as SQL; all parts must hold, bounds are included. */
export function conditionOf(filter: InstanceFilter): Condition {
  const parts: string[] = [];
  const values: SqlValue[] = [];
  const add = (sql: string, ...found: (SqlValue | undefined)[]): void => {
    if (found.some((value) => value === undefined || value === null)) return;
    parts.push(sql);
    values.push(...(found as SqlValue[]));
  };
  add('tenant = ?', filter.tenantId == null ? null : tenantKey(filter.tenantId));
  add('name_space = ?', filter.nameSpace);
  add('name = ?', filter.name);
  add('version = ?', filter.version);
  add('status IN (SELECT value FROM json_each(?))', filter.status && JSON.stringify(filter.status));
  add('status_reason = ?', filter.statusReason);
  add('owner_node = ? AND owner_epoch = ?', filter.owner?.nodeId, filter.owner?.epoch);
  add("json_extract(failure, '$.category') = ?", filter.failureCategory);
  add('correlation_id = ?', filter.correlationId);
  add('definition_hash <> ?', filter.otherThanHash);
  add(
    'id IN (SELECT instance_id FROM tags WHERE tags.key = ? AND tags.value = ?)',
    filter.tag?.key,
    filter.tag?.value,
  );
  add('created_at >= ?', filter.createdFrom);
  add('created_at <= ?', filter.createdTo);
  add('ended_at >= ?', filter.endedFrom);
  add('ended_at <= ?', filter.endedTo);
  add(
    `(instr(id, ?) > 0 OR instr(workflow_id, ?) > 0 OR instr(coalesce(correlation_id, ''), ?) > 0)`,
    filter.search,
    filter.search,
    filter.search,
  );
  return { where: `WHERE ${['1', ...parts].join(' AND ')}`, values };
}
