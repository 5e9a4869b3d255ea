import { INSTANCE_STATUSES } from '@workflow-runner/contract';
import type { HistoryPage, InstanceFilter, InstancePage, InstanceStatus } from '@workflow-runner/contract';
import type { HistoryRequest, PageRequest, Store, SubscriptionRecord } from '@workflow-runner/contract';
import { pageLimit, pageStart, toPage } from '../shared/paging.js';
import type { Driver, SqlValue, Statement } from './driver.js';
import { conditionOf } from './instance-filter.js';
import { CURRENT_COLUMNS, toRecord, type InstanceRow } from './instance-rows.js';
import { JOURNAL_ROWS, toJournalRow, type StoredJournalRow } from './journal-rows.js';

type SubscriptionFilter = Parameters<Store['subscriptions']>[0];

/** Reads for people; none of them waits for a writer. */
export class Questions {
  private readonly one: Statement;
  private readonly standing: Statement;

  constructor(private readonly driver: Driver) {
    this.one = driver.prepare(`SELECT ${CURRENT_COLUMNS} FROM instances WHERE id = ?`);
    this.standing = driver.prepare(
      'SELECT id, status FROM instances WHERE id IN (SELECT value FROM json_each(?))',
    );
  }

  row(instanceId: string): InstanceRow | undefined {
    return this.one.get(instanceId) as InstanceRow | undefined;
  }

  statuses(instanceIds: readonly string[]): ReadonlyMap<string, InstanceStatus> {
    const rows = this.standing.all(JSON.stringify(instanceIds)) as { id: string; status: InstanceStatus }[];
    return new Map(rows.map(({ id, status }) => [id, status]));
  }

  list(filter: InstanceFilter, page: PageRequest): InstancePage {
    const limit = pageLimit(page);
    const start = pageStart(page);
    const oldest = page.order === 'oldest';
    const { where, values } = conditionOf(filter);
    const from = start === null ? '' : `AND seq ${oldest ? '>' : '<'} ?`;
    const sql = `SELECT ${CURRENT_COLUMNS} FROM instances ${where} ${from} ORDER BY seq ${oldest ? 'ASC' : 'DESC'} LIMIT ?`;
    const bound = [...values, ...(start === null ? [] : [start]), limit + 1];
    const { items, nextCursor } = toPage(this.all<InstanceRow>(sql, bound), limit, ({ seq }) => seq);
    return { items: items.map(toRecord), nextCursor };
  }

  history(instanceId: string, page: HistoryRequest): HistoryPage {
    const limit = pageLimit(page);
    const start = pageStart(page);
    const newest = page.order === 'newest';
    const from = start === null ? '' : `AND j.revision ${newest ? '<' : '>'} ?`;
    const which = page.controlsOnly ? 'AND j.control IS NOT NULL' : '';
    const sql = `${JOURNAL_ROWS} WHERE j.instance = (SELECT seq FROM instances WHERE id = ?) ${which} ${from}
      ORDER BY j.revision ${newest ? 'DESC' : 'ASC'} LIMIT ?`;
    const bound = [instanceId, ...(start === null ? [] : [start]), limit + 1];
    const { items, nextCursor } = toPage(
      this.all<StoredJournalRow>(sql, bound),
      limit,
      ({ revision }) => revision,
    );
    return { items: items.map(toJournalRow), nextCursor };
  }

  countByStatus(filter: InstanceFilter): Record<InstanceStatus, number> {
    const { where, values } = conditionOf(filter);
    const sql = `SELECT status, count(*) AS count FROM instances ${where} GROUP BY status`;
    const found = this.all<{ status: InstanceStatus; count: number }>(sql, values);
    const none = INSTANCE_STATUSES.map((status) => [status, 0]);
    return Object.fromEntries([...none, ...found.map(({ status, count }) => [status, count])]) as Record<
      InstanceStatus,
      number
    >;
  }

  subscriptions(filter: SubscriptionFilter): SubscriptionRecord[] {
    const wanted = {
      instance_id: filter.instanceId,
      tenant: filter.tenantId,
      name: filter.name,
      key: filter.key,
    };
    const given = Object.entries(wanted).filter((pair): pair is [string, string] => pair[1] != null);
    const where = ['1', ...given.map(([column]) => `${column} = ?`)].join(' AND ');
    const sql = `SELECT id, instance_id AS instanceId, pointer_id AS pointerId, tenant, name, key, as_of AS asOf
      FROM subscriptions WHERE ${where} ORDER BY rowid`;
    const values = given.map(([, value]) => value);
    return this.all<SubscriptionRecord & { tenant: string }>(sql, values).map(({ tenant, ...row }) => ({
      ...row,
      tenantId: tenant === '' ? null : tenant,
    }));
  }

  private all<T>(sql: string, values: SqlValue[]): T[] {
    return this.driver.prepare(sql).all(...values) as T[];
  }
}
