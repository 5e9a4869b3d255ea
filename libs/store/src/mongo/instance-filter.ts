import { INSTANCE_STATUSES, type InstanceFilter } from '@workflow-runner/contract';
import { tenantKey } from '../shared/matching.js';
import type { Terms } from './driver.js';

/** What every question of instances asks at least: tombstones of purged ones have no status. */
export const ANY_INSTANCE: Terms = { st: { $in: INSTANCE_STATUSES } };

/** Writes a filter in MongoDB's words; all parts must hold, bounds are included. */
export function conditionOf(filter: InstanceFilter): Terms {
  const { owner, tag, search, tenantId } = filter;
  return {
    st: { $in: filter.status ?? INSTANCE_STATUSES },
    ...given('t', tenantId == null ? undefined : tenantKey(tenantId)),
    ...given('ns', filter.nameSpace),
    ...given('n', filter.name),
    ...given('ver', filter.version),
    ...given('sr', filter.statusReason),
    ...given('o.n', owner?.nodeId),
    ...given('o.e', owner?.epoch),
    ...given('fail.category', filter.failureCategory),
    ...given('corr', filter.correlationId),
    ...given('hash', filter.otherThanHash === undefined ? undefined : { $ne: filter.otherThanHash }),
    ...given('tags', tag && { $elemMatch: { k: tag.key, v: tag.value } }),
    ...within('created', filter.createdFrom, filter.createdTo),
    ...within('ended', filter.endedFrom, filter.endedTo),
    ...(search !== undefined && search !== '' && { $or: containing(search) }),
  };
}

function given(field: string, value: unknown): Terms {
  return value === undefined ? {} : { [field]: value };
}

function within(field: string, from: number | undefined, to: number | undefined): Terms {
  if (from === undefined && to === undefined) return {};
  return { [field]: { ...given('$gte', from), ...given('$lte', to) } };
}

/** Part of id, workflow id or correlation id, taken as plain text. */
function containing(text: string): Terms[] {
  const $regex = text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('\0', '\\x00');
  return ['_id', 'wf', 'corr'].map((field) => ({ [field]: { $regex } }));
}
