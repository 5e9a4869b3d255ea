import type { EndedStatus, RetentionRules } from '@workflow-runner/contract';
import { EVENT } from './event-documents.js';
import { InstanceRetention } from './instance-retention.js';
import type { AuditPart, Base, LedgerPart, RetentionPart } from './parts.js';

const ENDED: readonly EndedStatus[] = ['completed', 'failed', 'cancelled'];
/** A node that ended is remembered this long: its epoch must not be given twice while anybody may know it. In ms. */
const NODE_MS = 30 * 24 * 3_600_000;

/** Deletes what has had its time, a bounded number of rows at once; nothing that the ledger does not know. */
export class Retention implements RetentionPart {
  private readonly instances: InstanceRetention;

  constructor(
    private readonly base: Base,
    private readonly ledger: LedgerPart,
    private readonly audit: Pick<AuditPart, 'purge'>,
  ) {
    this.instances = new InstanceRetention(base, ledger);
  }

  async purge(rules: RetentionRules, limit: number): Promise<number> {
    await this.ledger.catchUp();
    const now = this.base.now();
    let left = limit;
    for (const status of ENDED) {
      if (left > 0) left -= await this.instances.purge(status, now - rules.instances[status], left);
    }
    if (left > 0) left -= await this.events(now - rules.events, left);
    if (left > 0) left -= await this.keys(now - rules.idempotencyKeys, left);
    if (left > 0) left -= await this.statistics(now - rules.statistics, left);
    if (left > 0) left -= await this.audit.purge(now - rules.audit, left);
    await this.ledger.forget(limit);
    await this.base.driver.deleteMany('nodes', {
      state: { $in: ['dead', 'left'] },
      seen: { $lte: now - NODE_MS },
    });
    return limit - left;
  }

  private async events(until: number, limit: number): Promise<number> {
    const { driver } = this.base;
    const old = { st: EVENT.delivered, time: { $lte: until }, un: null };
    const found = await driver.find('events', old, { sort: { time: 1 }, limit, projection: { _id: 1 } });
    if (found.length === 0) return 0;
    return driver.deleteMany('events', { _id: { $in: found.map(({ _id }) => _id) } });
  }

  /** A tombstone goes; of an instance that is still there the key is free again, and the record shows it on. */
  private async keys(until: number, limit: number): Promise<number> {
    const { driver } = this.base;
    const old = { kx: { $lte: until } };
    const found = await driver.find('instances', old, {
      sort: { kx: 1 },
      limit,
      projection: { st: 1 },
    });
    if (found.length === 0) return 0;
    const among = { ...old, _id: { $in: found.map(({ _id }) => _id) } };
    const gone = await driver.deleteMany('instances', { ...among, st: null });
    const freed = await driver.updateMany('instances', among, {
      $rename: { ik: 'xk' },
      $unset: { dg: '', kx: '' },
    });
    return gone + freed;
  }

  private async statistics(until: number, limit: number): Promise<number> {
    const { driver } = this.base;
    const old = { minute: { $lte: until } };
    const found = await driver.find('statistics', old, {
      sort: { minute: 1 },
      limit,
      projection: { _id: 1 },
    });
    if (found.length === 0) return 0;
    return driver.deleteMany('statistics', { _id: { $in: found.map(({ _id }) => _id) } });
  }
}
