import { InstanceNotFoundError, InvalidRequestError, type Page } from '@workflow-runner/contract';
import type { InstanceSnapshot } from '@workflow-runner/engine';
import { toAttemptInfo, type AttemptInfo } from './attempt-info.js';
import { checkPage, checkQuery, checkTimeout } from './check-requests.js';
import { toControlInfo, type ControlInfo } from './control-info.js';
import { toInstanceSummary, type InstanceSummary } from './instance-info.js';
import { OPEN_STATUSES } from './metrics-reader.js';
import type { InstanceQuery, PageQuery, TenantScope, WaitOptions } from './request-options.js';
import type { RunningNode } from './running-node.js';
import { toWhyInfo, type WhyInfo } from './why-info.js';

const LARGEST_PAGE = 500;
const MOST_ACTIVE = 10_000;

/** @throws {InstanceNotFoundError} unknown, or another tenant's */
export async function assertKnown(
  node: RunningNode,
  instanceId: string,
  { tenantId }: TenantScope,
): Promise<void> {
  if (tenantId == null) return;
  if (!(await node.operations.knows(instanceId, tenantId))) throw new InstanceNotFoundError(instanceId);
}

export async function listInstances(
  { operations }: RunningNode,
  query: InstanceQuery,
  page: PageQuery,
): Promise<Page<InstanceSummary>> {
  const { items, nextCursor } = await operations.list(checkQuery(query), checkPage(page));
  return { items: items.map(toInstanceSummary), nextCursor };
}

/** Everything that has not ended, newest first, up to a limit. */
export async function activeInstances(
  { store }: RunningNode,
  { limit = MOST_ACTIVE, tenantId = null }: { readonly limit?: number } & TenantScope,
): Promise<InstanceSummary[]> {
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new InvalidRequestError('limit must be a whole number of at least 1', [
      { path: 'limit', message: 'must be a whole number of at least 1' },
    ]);
  }
  const found: InstanceSummary[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list(
      { tenantId, status: OPEN_STATUSES },
      { limit: Math.min(LARGEST_PAGE, limit - found.length), ...(cursor !== undefined && { cursor }) },
    );
    found.push(...page.items.map(toInstanceSummary));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && found.length < limit);
  return found;
}

export async function countActive({ store }: RunningNode, { tenantId = null }: TenantScope): Promise<number> {
  const counts = await store.countByStatus({ tenantId, status: OPEN_STATUSES });
  return OPEN_STATUSES.reduce((sum, status) => sum + counts[status], 0);
}

/** What became of an instance: every attempt of every step, and what was asked of it meanwhile. */
export interface HistoryInfo extends Page<AttemptInfo> {
  /** What was granted between the first attempt of this page and the next page. */
  readonly controls: readonly ControlInfo[];
}

/** Pages of attempts: the journal's other rows are passed over, without making a page shorter than was asked for. */
export async function historyOf(
  node: RunningNode,
  instanceId: string,
  page: PageQuery,
): Promise<HistoryInfo> {
  const { limit, ...asked } = checkPage(page);
  const items: AttemptInfo[] = [];
  const controls: ControlInfo[] = [];
  let { cursor } = asked;
  for (;;) {
    const rows = await node.operations.history(instanceId, {
      ...asked,
      limit: limit - items.length,
      ...(cursor !== undefined && { cursor }),
    });
    for (const row of rows.items) {
      const attempt = toAttemptInfo(row);
      if (attempt) items.push(attempt);
      const control = toControlInfo(row);
      if (control) controls.push(control);
    }
    const { nextCursor } = rows;
    if (nextCursor === null || items.length >= limit) return { items, nextCursor, controls };
    cursor = nextCursor;
  }
}

export async function whyOf({ operations }: RunningNode, instanceId: string): Promise<WhyInfo> {
  const newest = { limit: 1, order: 'newest', controlsOnly: true } as const;
  const [{ snapshot, pointers }, granted] = await Promise.all([
    operations.why(instanceId),
    operations.history(instanceId, newest),
  ]);
  return toWhyInfo(snapshot, granted.items.map(toControlInfo)[0] ?? null, pointers);
}

export function waitFor(
  { host }: RunningNode,
  instanceId: string,
  options: WaitOptions,
): Promise<InstanceSnapshot> {
  return host.completions.wait(instanceId, checkTimeout(options));
}

/** @throws {InvalidRequestError} the instance has failed, but no pointer of this id has */
export async function assertFailedPointer(
  { operations }: RunningNode,
  instanceId: string,
  id: string,
): Promise<void> {
  const { snapshot, pointers } = await operations.why(instanceId);
  // Whatever is not failed cannot be retried at all; that is said elsewhere.
  if (snapshot.record.status !== 'failed') return;
  if (pointers.some(({ pointerId, waitingFor }) => pointerId === id && waitingFor === 'failed')) return;
  throw new InvalidRequestError(`Instance ${instanceId} has no failed pointer ${id}`, [
    { path: 'fromPointer', message: 'is not a failed pointer of the instance' },
  ]);
}
