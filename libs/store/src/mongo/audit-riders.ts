import type { AuditFacts } from '@workflow-runner/contract';
import { auditLine } from '@workflow-runner/contract/audit';
import { asStored, readLine, type AuditRow } from '../shared/audit-rows.js';
import { tenantKey } from '../shared/matching.js';
import type { AuditDoc, AuditRider } from './documents.js';

/** What an entry is found by whose line somebody has spoilt: it must not hold up the others. */
const UNREADABLE = {
  at: 0,
  caller: null,
  tenantId: null,
  action: 'api:access',
  resource: { kind: 'route', id: null },
  workflowId: null,
  result: 'refused',
} as const;

/**
 * An entry as it rides in the document of its change, until the ledger gives it a number and a document of its own.
 * @param key order key of the commit
 * @throws {TypeError} it holds something that cannot be written
 */
export function auditRider(facts: AuditFacts, key: string): AuditRider {
  return { k: key, l: auditLine(asStored(facts)) };
}

/** What can be asked for of an entry stands beside its line. */
export function auditDoc(id: string | number, line: string): AuditDoc {
  const { at, caller, tenantId, action, resource, workflowId, result } = readLine(line) ?? UNREADABLE;
  return {
    _id: id,
    l: line,
    at,
    t: tenantKey(tenantId),
    sub: caller?.subject ?? null,
    act: action,
    rk: resource.kind,
    rid: resource.id,
    wf: workflowId,
    res: result,
  };
}

/** The other way round. */
export function auditRow(doc: AuditDoc): AuditRow {
  return {
    position: doc.p ?? 0,
    at: doc.at,
    subject: doc.sub,
    tenant: doc.t,
    action: doc.act,
    resource_kind: doc.rk,
    resource_id: doc.rid,
    workflow_id: doc.wf,
    result: doc.res,
    line: doc.l,
  };
}
