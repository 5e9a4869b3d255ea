import { INSTANCE_STATUSES } from '@workflow-runner/contract';
import type { HistoryPage, HistoryRequest, InstanceFilter, InstancePage } from '@workflow-runner/contract';
import type { InstanceRecord } from '@workflow-runner/contract';
import type { InstanceStatus, PageRequest, Publication, SubscriptionRecord } from '@workflow-runner/contract';
import { pageLimit, pageStart, toPage } from '../shared/paging.js';
import { isOwner, type MemoryState } from './state.js';

export function list(state: MemoryState, filter: InstanceFilter, page: PageRequest): InstancePage {
  const limit = pageLimit(page);
  const start = pageStart(page);
  const oldest = page.order === 'oldest';
  const all = [...state.instances.values()];
  if (!oldest) all.reverse();
  const rows = all
    .filter(({ seq }) => start === null || (oldest ? seq > start : seq < start))
    .filter(({ record }) => passes(record, filter));
  const { items, nextCursor } = toPage(rows, limit, ({ seq }) => seq);
  return { items: items.map(({ record }) => record), nextCursor };
}

export function statuses(
  state: MemoryState,
  instanceIds: readonly string[],
): ReadonlyMap<string, InstanceStatus> {
  const known = instanceIds.flatMap((id) => state.instances.get(id)?.record ?? []);
  return new Map(known.map(({ id, status }) => [id, status]));
}

export function history(state: MemoryState, instanceId: string, page: HistoryRequest): HistoryPage {
  const limit = pageLimit(page);
  const start = pageStart(page);
  const newest = page.order === 'newest';
  const all = [...(state.instances.get(instanceId)?.journal ?? [])];
  if (newest) all.reverse();
  const rows = all
    .filter(({ revision }) => start === null || (newest ? revision < start : revision > start))
    .filter(({ control }) => control !== null || !page.controlsOnly);
  return toPage(rows, limit, ({ revision }) => revision);
}

export function countByStatus(state: MemoryState, filter: InstanceFilter): Record<InstanceStatus, number> {
  const counts = Object.fromEntries(INSTANCE_STATUSES.map((status) => [status, 0])) as Record<
    InstanceStatus,
    number
  >;
  for (const { record } of state.instances.values()) {
    if (passes(record, filter)) counts[record.status] += 1;
  }
  return counts;
}

export function subscriptions(
  state: MemoryState,
  filter: { instanceId?: string; tenantId?: string | null; name?: string; key?: string },
): SubscriptionRecord[] {
  return [...state.subscriptions.values()].filter(
    (one) =>
      equals(filter.instanceId, one.instanceId) &&
      equals(filter.tenantId, one.tenantId) &&
      equals(filter.name, one.name) &&
      equals(filter.key, one.key),
  );
}

export function publications(
  state: MemoryState,
  after: number,
  limit: number,
  what: 'whole' | 'headlines',
): Publication[] {
  const start = state.publications.findLastIndex(({ position }) => position <= after) + 1;
  const rows = state.publications.slice(start, start + limit);
  return what === 'whole' ? rows : rows.map(withoutPayloads);
}

function withoutPayloads(row: Publication): Publication {
  return { ...row, change: '', attempt: row.attempt && { ...row.attempt, input: null, outcome: null } };
}

function passes(record: InstanceRecord, filter: InstanceFilter): boolean {
  const { status, tag, search } = filter;
  return (
    equals(filter.tenantId, record.tenantId) &&
    equals(filter.nameSpace, record.nameSpace) &&
    equals(filter.name, record.name) &&
    equals(filter.version, record.version) &&
    equals(filter.statusReason, record.statusReason) &&
    (filter.owner === undefined || isOwner(record, filter.owner)) &&
    equals(filter.failureCategory, record.failure?.category) &&
    equals(filter.correlationId, record.correlationId) &&
    filter.otherThanHash !== record.definitionHash &&
    (status === undefined || status.includes(record.status)) &&
    (tag === undefined || record.tags[tag.key] === tag.value) &&
    within(record.createdAt, filter.createdFrom, filter.createdTo) &&
    within(record.endedAt, filter.endedFrom, filter.endedTo) &&
    (search === undefined ||
      [record.id, record.workflowId, record.correlationId ?? ''].some((text) => text.includes(search)))
  );
}

function equals<T>(wanted: T | null | undefined, found: T): boolean {
  return wanted === undefined || wanted === null || wanted === found;
}

/** Bounds are included; a moment that has not come is within nothing that is bounded. */
function within(at: number | null, from: number | undefined, to: number | undefined): boolean {
  if (from === undefined && to === undefined) return true;
  return at !== null && at >= (from ?? -Infinity) && at <= (to ?? Infinity);
}
