import type { AuditCaller, AuditEntry, AuditFacts, AuditResource } from '@workflow-runner/contract';
import { tenantKey } from './matching.js';
import { storable } from './text.js';

/** Of a line that cannot be read so much is shown, in characters. */
const LONGEST_TEXT = 1_000;

/** An entry with what can be asked for of it: a seal and its line, or a line that is not sealed yet. */
export interface AuditRow {
  readonly position: number;
  readonly at: number;
  readonly subject: string | null;
  readonly tenant: string;
  readonly action: AuditFacts['action'];
  readonly resource_kind: AuditResource['kind'];
  readonly resource_id: string | null;
  readonly workflow_id: string | null;
  readonly result: AuditFacts['result'];
  readonly line: string;
}

export interface SealedRow extends AuditRow {
  readonly chain: string | null;
  readonly sequence: number;
  readonly hash: string;
}

type CallerParts = [string, AuditCaller['kind'], readonly string[], string | null];

/** The fields of `auditLine`. */
type Line = [
  id: string,
  at: number,
  caller: CallerParts | null,
  tenantId: string | null,
  action: AuditFacts['action'],
  kind: AuditResource['kind'],
  resourceId: string | null,
  workflowId: string | null,
  result: AuditFacts['result'],
  reason: string | null,
  correlationId: string | null,
  details: readonly (readonly [string, string | number | boolean])[],
];

/** The entry as its line has it. Where what can be asked for says something else, or nothing can be read, it shows that. */
export function toFacts(row: AuditRow): AuditFacts {
  const entry = readLine(row.line);
  if (!entry) return unreadable(row);
  return isAsAsked(entry, row) ? entry : { ...entry, details: { ...entry.details, differs: true } };
}

export function toEntry(row: SealedRow): AuditEntry {
  const { chain, sequence, hash } = row;
  return { ...toFacts(row), seal: chain === null ? null : { chain, sequence, hash } };
}

/** The entry of a line; null: somebody has made it unreadable. */
export function readLine(line: string): AuditFacts | null {
  try {
    const fields = JSON.parse(line) as Line;
    const [id, at, caller, tenantId, action, kind, resourceId, workflowId, result] = fields;
    const [reason, correlationId, details] = [fields[9], fields[10], Object.fromEntries(fields[11])];
    const resource = { kind, id: resourceId };
    const what = { id, at, caller: toCaller(caller), tenantId, action, resource, workflowId };
    return { ...what, result, reason, correlationId, details };
  } catch {
    return null;
  }
}

function toCaller(parts: CallerParts | null): AuditCaller | null {
  if (parts === null) return null;
  const [subject, kind, roles, tenantId] = parts;
  return { subject, kind, roles, tenantId };
}

function isAsAsked(entry: AuditFacts, row: AuditRow): boolean {
  return (
    entry.at === row.at &&
    (entry.caller?.subject ?? null) === row.subject &&
    tenantKey(entry.tenantId) === row.tenant &&
    entry.action === row.action &&
    entry.resource.kind === row.resource_kind &&
    entry.resource.id === row.resource_id &&
    entry.workflowId === row.workflow_id &&
    entry.result === row.result
  );
}

/** It must not hide the rest of the trail. */
function unreadable(row: AuditRow): AuditFacts {
  return {
    id: '',
    at: row.at,
    caller: null,
    tenantId: row.tenant === '' ? null : row.tenant,
    action: row.action,
    resource: { kind: row.resource_kind, id: row.resource_id },
    workflowId: row.workflow_id,
    result: row.result,
    reason: null,
    correlationId: null,
    details: { unreadable: row.line.slice(0, LONGEST_TEXT) },
  };
}

/** What stands in columns must be read back as it is in the line. */
export function asStored(facts: AuditFacts): AuditFacts {
  const { caller, resource, tenantId } = facts;
  const subject = caller === null ? null : storable(caller.subject);
  const id = resource.id === null ? null : storable(resource.id);
  const tenant = tenantId === null ? null : storable(tenantId);
  if (subject === (caller?.subject ?? null) && id === resource.id && tenant === tenantId) return facts;
  return {
    ...facts,
    caller: caller && { ...caller, subject: subject ?? '' },
    tenantId: tenant,
    resource: { ...resource, id },
  };
}
