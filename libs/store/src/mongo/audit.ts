import type * as Port from '@workflow-runner/contract';
import { toTrailPage } from '../shared/audit-cursor.js';
import { toEntry, toFacts } from '../shared/audit-rows.js';
import { pageLimit } from '../shared/paging.js';
import { trailQuery } from './audit-query.js';
import { AuditRetention } from './audit-retention.js';
import { auditDoc, auditRider, auditRow } from './audit-riders.js';
import { AuditSealing } from './audit-sealing.js';
import type { MongoDriver, Terms } from './driver.js';
import type { Ledger } from './ledger.js';
import type { AuditPart, Base } from './parts.js';

/** The audit trail: entries that the ledger has numbered, each with its seal once it has one. */
export class Audit implements AuditPart {
  private readonly driver: MongoDriver;
  private readonly sealing: AuditSealing;
  private readonly retention: AuditRetention;

  constructor(
    private readonly base: Pick<Base, 'driver' | 'keys' | 'now'>,
    private readonly ledger: Pick<Ledger, 'catchUp' | 'settled'>,
  ) {
    this.driver = base.driver;
    this.sealing = new AuditSealing(base.driver, ledger);
    this.retention = new AuditRetention(base.driver);
  }

  /** An entry without a change is known by its id, so that it has a document of its own from the beginning. */
  async audit(entries: readonly Port.NewAuditEntry[]): Promise<void> {
    const { keys, now } = this.base;
    const at = now();
    const docs = entries.map((entry) => {
      const { k: un, l } = auditRider({ ...entry, at }, keys.next(at));
      return { ...auditDoc(entry.id, l), un };
    });
    if (docs.length > 0) await this.driver.insertMany('audit', docs);
  }

  async seal(chain: string, limit: number): Promise<number> {
    return this.sealing.seal(chain, limit);
  }

  async auditTrail(filter: Port.AuditFilter, page: Port.PageRequest): Promise<Port.Page<Port.AuditEntry>> {
    const limit = pageLimit(page);
    const { where, sort } = trailQuery(filter, page);
    await this.settle();
    const docs = await this.driver.find('audit', where, { sort, limit: limit + 1 });
    const rows = docs.map((doc) => ({
      ...auditRow(doc),
      chain: doc.ch ?? null,
      sequence: doc.sq ?? 0,
      hash: doc.h ?? '',
    }));
    const { items, nextCursor } = toTrailPage(rows, limit, (row) => row);
    return { items: items.map(toEntry), nextCursor };
  }

  async auditChains(): Promise<Port.AuditChains> {
    const { to } = await this.settle();
    const [chains, behind, before] = await Promise.all([
      this.driver.find('chains', {}, { sort: { _id: 1 } }),
      this.count({ p: { $gt: to } }),
      this.countBeforeSeals(to),
    ]);
    return {
      chains: chains.map(({ _id: name, base, head }) => ({ name, base, head })),
      unsealed: behind + before,
    };
  }

  async auditLinks(chain: string, after: number, limit: number): Promise<readonly Port.AuditLink[]> {
    await this.settle();
    const filter = { ch: chain, sq: { $gt: after } };
    const docs = await this.driver.find('audit', filter, { sort: { sq: 1 }, limit });
    return docs.map((doc) => {
      const row = auditRow(doc);
      return { sequence: doc.sq ?? 0, hash: doc.h ?? '', position: row.position, entry: toFacts(row) };
    });
  }

  /** @param until epoch ms @returns how many entries went */
  async purge(until: number, limit: number): Promise<number> {
    const { to } = await this.settle();
    return this.retention.purge(until, limit, to);
  }

  /** Chains that their entries contradict. */
  async findings(): Promise<string[]> {
    const { chains } = await this.auditChains();
    const found = await Promise.all(
      chains.map(async ({ name, base, head }) => {
        const count = await this.count({ ch: name, sq: { $gt: base.sequence } });
        if (count === head.sequence - base.sequence) return [];
        return [`audit chain ${name}: ${count} entries between ${base.sequence} and ${head.sequence}`];
      }),
    );
    return found.flat();
  }

  private async settle(): Promise<{ readonly to: number }> {
    await this.ledger.catchUp();
    return this.sealing.settled();
  }

  /** Only an intruder leaves one. */
  private async countBeforeSeals(to: number): Promise<number> {
    const sealed = { p: { $lte: to }, ch: { $exists: true } };
    const first = await this.driver.findOne('audit', sealed, { sort: { p: 1 }, projection: { p: 1 } });
    return first?.p === undefined ? 0 : this.count({ p: { $lt: first.p } });
  }

  private async count(filter: Terms): Promise<number> {
    const sums = await this.driver.aggregate<{ readonly count: number }>('audit', [
      { $match: filter },
      { $group: { _id: null, count: { $sum: 1 } } },
    ]);
    return sums[0]?.count ?? 0;
  }
}
