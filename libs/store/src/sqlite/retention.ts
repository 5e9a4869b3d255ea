import type { EndedStatus, RetentionRules } from '@workflow-runner/contract';
import { AuditRetention } from './audit-retention.js';
import type { Driver, Statement } from './driver.js';
import type { Group } from './group.js';

const ENDED: readonly EndedStatus[] = ['completed', 'failed', 'cancelled'];
/** A node that ended is remembered this long: its epoch must not be given twice while anybody may know it. In ms. */
const NODE_MS = 30 * 24 * 3_600_000;

/** Deletes what has had its time, a bounded number of rows at once. */
export class Retention {
  private readonly expired: Statement;
  private readonly keepPositions: Statement;
  private readonly keepDeleted: Statement;
  private readonly journal: Statement;
  private readonly parts: readonly Statement[];
  private readonly events: Statement;
  private readonly keys: Statement;
  private readonly statistics: Statement;
  private readonly nodes: Statement;
  private readonly audit: AuditRetention;

  constructor(driver: Driver) {
    this.expired = driver.prepare(
      'SELECT id FROM instances WHERE status = ? AND ended_at <= ? ORDER BY ended_at LIMIT ?',
    );
    this.keepPositions = driver.prepare(
      `INSERT INTO meta (key, value) SELECT 'journal_floor', coalesce(max(position), 0) FROM journal WHERE 1
       ON CONFLICT (key) DO UPDATE SET value = max(value, excluded.value)`,
    );
    this.keepDeleted = driver.prepare(
      `INSERT INTO meta (key, value) VALUES ('journal_deleted', ?)
       ON CONFLICT (key) DO UPDATE SET value = max(value, excluded.value)`,
    );
    this.journal = driver.prepare(
      `DELETE FROM journal WHERE position IN (
         SELECT position FROM journal WHERE instance = (SELECT seq FROM instances WHERE id = ?)
         ORDER BY revision LIMIT ?)
       RETURNING position`,
    );
    const of = (table: string, column = 'instance_id'): Statement =>
      driver.prepare(`DELETE FROM ${table} WHERE ${column} = ?`);
    this.parts = [of('inbox'), of('signals'), of('subscriptions'), of('tags'), of('instances', 'id')];
    this.events = driver.prepare(
      `DELETE FROM events WHERE seq IN (
         SELECT seq FROM events WHERE time <= ? AND delivered = 1 ORDER BY time LIMIT ?)`,
    );
    this.keys = driver.prepare(
      `DELETE FROM idempotency_keys WHERE (tenant, workflow, key) IN (
         SELECT tenant, workflow, key FROM idempotency_keys WHERE created_at <= ? LIMIT ?)`,
    );
    this.statistics = driver.prepare(
      `DELETE FROM statistics WHERE (minute, workflow_id) IN (
         SELECT minute, workflow_id FROM statistics WHERE minute <= ? LIMIT ?)`,
    );
    this.audit = new AuditRetention(driver);
    this.nodes = driver.prepare(`DELETE FROM nodes WHERE state <> 'alive' AND seen_at <= ?`);
  }

  /** @returns how many rows went */
  purge(group: Group, rules: RetentionRules, limit: number): number {
    this.keepPositions.run();
    let left = limit;
    for (const status of ENDED) {
      const rows = this.expired.all(status, group.now - rules.instances[status], Math.max(left, 0));
      for (const { id } of rows as { id: string }[]) if (left > 0) left -= this.purgeInstance(id, left);
    }
    const old: [Statement, number][] = [
      [this.events, rules.events],
      [this.keys, rules.idempotencyKeys],
      [this.statistics, rules.statistics],
    ];
    for (const [statement, ageMs] of old) {
      if (left > 0) left -= Number(statement.run(group.now - ageMs, left).changes);
    }
    if (left > 0) left -= this.audit.purge(group.now - rules.audit, left);
    this.nodes.run(group.now - NODE_MS);
    return limit - left;
  }

  /** The journal goes first; the instance follows once nothing of it is left. */
  private purgeInstance(id: string, limit: number): number {
    const rows = this.journal.all(id, limit) as { position: number }[];
    if (rows.length > 0) this.keepDeleted.run(Math.max(...rows.map(({ position }) => position)));
    if (rows.length >= limit) return rows.length;
    for (const statement of this.parts) statement.run(id);
    return rows.length + 1;
  }
}
