import type { AuditFilter, PageRequest } from '@workflow-runner/contract';
import { trailStart } from '../shared/audit-cursor.js';
import { tenantKey } from '../shared/matching.js';
import { COLUMN_NAMES, columnsOfLines, LAST_SEALED } from './audit-columns.js';
import type { SqlValue } from './driver.js';

export interface Query {
  readonly sql: string;
  /** All but the last, which is the limit. */
  readonly values: SqlValue[];
}

/** Sealed entries that pass a filter. */
export function sealedQuery(filter: AuditFilter, page: PageRequest): Query {
  const { where, order, values } = conditions(filter, page);
  const sql = `SELECT s.position, ${COLUMN_NAMES}, a.line, c.name AS chain, s.sequence, s.hash
    FROM audit_seals s CROSS JOIN audit a ON a.position = s.position CROSS JOIN audit_chains c ON c.number = s.chain
    WHERE ${where} ORDER BY ${order} LIMIT ?`;
  return { sql, values };
}

/** The same of those that are not sealed yet. */
export function openQuery(filter: AuditFilter, page: PageRequest): Query {
  const { where, order, values } = conditions(filter, page);
  const tail = columnsOfLines(`FROM audit WHERE position > ${LAST_SEALED}`);
  return { sql: `SELECT * FROM (${tail}) s WHERE ${where} ORDER BY ${order} LIMIT ?`, values };
}

function conditions(filter: AuditFilter, page: PageRequest) {
  const parts = ['1'];
  const values: SqlValue[] = [];
  const add = (sql: string, ...found: (SqlValue | undefined)[]): void => {
    if (found.some((value) => value === undefined || value === null)) return;
    parts.push(sql);
    values.push(...(found as SqlValue[]));
  };
  const { tenantId, action, result } = filter;
  const isOldest = page.order === 'oldest';
  const start = trailStart(page);
  // The second halves are what partial indexes stand under.
  if (tenantId != null) add(`s.tenant = ? AND s.tenant <> ''`, tenantKey(tenantId));
  add('s.subject = ?', filter.subject);
  add(
    action === 'workflow:execute' ? 's.action = ?' : `s.action = ? AND s.action <> 'workflow:execute'`,
    action,
  );
  add('s.resource_kind = ?', filter.resourceKind);
  add('s.resource_id = ?', filter.resourceId);
  add('s.workflow_id = ?', filter.workflowId);
  if (result === 'refused') parts.push(`s.result = 'refused'`);
  else add('s.result = ?', result);
  add('s.at >= ?', filter.from);
  add('s.at <= ?', filter.to);
  add(`(s.at, s.position) ${isOldest ? '>' : '<'} (?, ?)`, start?.at, start?.position);
  const direction = isOldest ? 'ASC' : 'DESC';
  return { where: parts.join(' AND '), order: `s.at ${direction}, s.position ${direction}`, values };
}
