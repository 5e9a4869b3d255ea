import type { AuditFilter, PageRequest } from '@workflow-runner/contract';
import { trailStart } from '../shared/audit-cursor.js';
import { tenantKey } from '../shared/matching.js';
import type { FindOptions, Terms } from './driver.js';

/** Numbered entries that pass a filter, in the order of a page. @throws {InvalidRequestError} its cursor cannot be */
export function trailQuery(
  filter: AuditFilter,
  page: PageRequest,
): { readonly where: Terms; readonly sort: NonNullable<FindOptions['sort']> } {
  const isOldest = page.order === 'oldest';
  const start = trailStart(page);
  const beyond = isOldest ? '$gt' : '$lt';
  const where = {
    p: { $gt: 0 },
    t: filter.tenantId == null ? undefined : tenantKey(filter.tenantId),
    sub: filter.subject,
    act: filter.action,
    rk: filter.resourceKind,
    rid: filter.resourceId,
    wf: filter.workflowId,
    res: filter.result,
    ...(start && {
      $or: [{ at: { [beyond]: start.at } }, { at: start.at, p: { [beyond]: start.position } }],
    }),
    at: between(
      isOldest ? newest(filter.from, start?.at) : filter.from,
      isOldest ? filter.to : oldest(filter.to, start?.at),
    ),
  };
  const direction = isOldest ? 1 : -1;
  return { where, sort: { at: direction, p: direction } };
}

function between(from: number | undefined, to: number | undefined): Terms | undefined {
  if (from === undefined && to === undefined) return undefined;
  return { ...(from !== undefined && { $gte: from }), ...(to !== undefined && { $lte: to }) };
}

function newest(...moments: readonly (number | undefined)[]): number | undefined {
  const known = moments.filter((at) => at !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

function oldest(...moments: readonly (number | undefined)[]): number | undefined {
  const known = moments.filter((at) => at !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
