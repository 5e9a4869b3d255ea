import { INSTANCE_STATUSES, InvalidRequestError } from '@workflow-runner/contract';
import type { HistoryPage, HistoryRequest, InstanceFilter, InstancePage } from '@workflow-runner/contract';
import type { InstanceStatus, PageRequest, Store, SubscriptionRecord } from '@workflow-runner/contract';
import { tenantKey } from '../shared/matching.js';
import { pageLimit, toPage } from '../shared/paging.js';
import type { InstanceDoc } from './documents.js';
import { ANY_INSTANCE, conditionOf } from './instance-filter.js';
import type { JournalReader } from './journal-reader.js';
import type { Base, QuestionsPart } from './parts.js';
import { tenantOf, toRecord } from './records.js';

type SubscriptionFilter = Parameters<Store['subscriptions']>[0];

/** What a list shows needs no state, no rows and no mail. */
const LISTED = { snap: 0, log: 0, subs: 0, inbox: 0, sig: 0, aud: 0 };

/** Reads for people. */
export class Questions implements QuestionsPart {
  constructor(
    private readonly base: Base,
    private readonly journal: JournalReader,
  ) {}

  async statuses(instanceIds: readonly string[]): Promise<ReadonlyMap<string, InstanceStatus>> {
    const filter = { ...ANY_INSTANCE, _id: { $in: instanceIds } };
    const found = await this.base.driver.find('instances', filter, { projection: { st: 1 } });
    return new Map(found.map(({ _id, st }) => [_id, st]));
  }

  async list(filter: InstanceFilter, page: PageRequest): Promise<InstancePage> {
    const limit = pageLimit(page);
    const start = orderStart(page);
    const isOldest = page.order === 'oldest';
    const from = start === null ? {} : { ord: { [isOldest ? '$gt' : '$lt']: start } };
    const found = await this.base.driver.find(
      'instances',
      { ...conditionOf(filter), ...from },
      { projection: LISTED, sort: { ord: isOldest ? 1 : -1 }, limit: limit + 1 },
    );
    const { items, nextCursor } = toPage(found, limit, ({ ord }) => ord);
    return { items: items.map(toRecord), nextCursor };
  }

  async history(instanceId: string, page: HistoryRequest): Promise<HistoryPage> {
    return this.journal.page(instanceId, page);
  }

  async countByStatus(filter: InstanceFilter): Promise<Record<InstanceStatus, number>> {
    const counted = await this.base.driver.aggregate<{ _id: InstanceStatus; count: number }>('instances', [
      { $match: conditionOf(filter) },
      { $group: { _id: '$st', count: { $sum: 1 } } },
    ]);
    const none = INSTANCE_STATUSES.map((status) => [status, 0] as const);
    const found = counted.map(({ _id, count }) => [_id, count] as const);
    return Object.fromEntries([...none, ...found]) as Record<InstanceStatus, number>;
  }

  async subscriptions(filter: SubscriptionFilter): Promise<SubscriptionRecord[]> {
    const { instanceId: _id, tenantId, name, key } = filter;
    const t = tenantId == null ? undefined : tenantKey(tenantId);
    const found = await this.base.driver.find(
      'instances',
      { _id, t, 'subs.key': key ?? { $gte: '' }, 'subs.name': name },
      { projection: { t: 1, subs: 1, ord: 1 } },
    );
    return found.sort(byOrder).flatMap(({ _id: instanceId, t: tenant, subs }) =>
      subs
        .filter((wait) => (name ?? wait.name) === wait.name && (key ?? wait.key) === wait.key)
        .map((wait) => ({
          id: wait.id,
          instanceId,
          pointerId: wait.p,
          tenantId: tenantOf(tenant),
          name: wait.name,
          key: wait.key,
          asOf: wait.asOf,
        })),
    );
  }
}

/**
 * The order key that an earlier page ended with; null for the first page.
 * @throws {InvalidRequestError} no page gave this cursor
 */
function orderStart({ cursor }: PageRequest): string | null {
  if (cursor === undefined) return null;
  if (/^[0-9a-z]{14,40}$/.test(cursor)) return cursor;
  throw new InvalidRequestError('cursor is not one that a page gave', [
    { path: 'cursor', message: 'is not one that a page gave' },
  ]);
}

function byOrder(a: Pick<InstanceDoc, 'ord'>, b: Pick<InstanceDoc, 'ord'>): number {
  return a.ord < b.ord ? -1 : 1;
}
