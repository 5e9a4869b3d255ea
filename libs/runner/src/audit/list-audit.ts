import {
  AUDIT_ACTIONS,
  AUDIT_RESOURCES,
  AUDIT_RESULTS,
  type AuditAction,
  type AuditFilter,
  type AuditResource,
  type AuditResult,
  type Page,
} from '@workflow-runner/contract';
import { checkPage, given, LONGEST_TEXT, LONGEST_WORKFLOW_ID } from '../check-requests.js';
import { RequestChecks } from '../request-checks.js';
import type { PageQuery, TenantScope } from '../request-options.js';
import type { RunningNode } from '../running-node.js';
import { toAuditInfo, type AuditInfo } from './audit-info.js';

const LONGEST_SUBJECT = 1_000;

/** Which entries are meant; everything given must hold. Moments are Dates or epoch ms, bounds are included. */
export interface AuditQuery extends TenantScope {
  /** Subject of the caller. */
  readonly caller?: string;
  readonly action?: AuditAction;
  readonly instanceId?: string;
  readonly resourceKind?: AuditResource['kind'];
  readonly resourceId?: string;
  /** Full id, `nameSpace.name@version`. */
  readonly workflowId?: string;
  readonly result?: AuditResult;
  readonly from?: Date | number;
  readonly to?: Date | number;
}

export async function listAudit(
  { store }: RunningNode,
  query: AuditQuery,
  page: PageQuery,
): Promise<Page<AuditInfo>> {
  const filter = checkAudit(query);
  const { items, nextCursor } = await store.auditTrail(filter, checkPage(page));
  return { items: items.map(toAuditInfo), nextCursor };
}

/** @throws {InvalidRequestError} */
export function checkAudit(query: AuditQuery): AuditFilter {
  const checks = new RequestChecks('The audit trail cannot be listed');
  const { instanceId } = query;
  if (instanceId !== undefined && (query.resourceKind !== undefined || query.resourceId !== undefined)) {
    checks.add('instanceId', 'has no meaning beside a resource');
  }
  const filter: AuditFilter = {
    tenantId: query.tenantId ?? null,
    ...given('subject', checks.optional('caller', query.caller, LONGEST_SUBJECT)),
    ...given('action', checks.choice('action', query.action, AUDIT_ACTIONS)),
    ...given('resourceKind', checks.choice('resourceKind', query.resourceKind, AUDIT_RESOURCES)),
    ...given('resourceId', checks.optional('resourceId', query.resourceId, LONGEST_TEXT)),
    ...given('workflowId', checks.optional('workflowId', query.workflowId, LONGEST_WORKFLOW_ID)),
    ...given('result', checks.choice('result', query.result, AUDIT_RESULTS)),
    ...given('from', checks.moment('from', query.from)),
    ...given('to', checks.moment('to', query.to)),
    ...ofInstance(checks.optional('instanceId', instanceId, LONGEST_TEXT)),
  };
  checks.finish();
  return filter;
}

function ofInstance(id: string | null): AuditFilter {
  return id === null ? {} : { resourceKind: 'instance', resourceId: id };
}
