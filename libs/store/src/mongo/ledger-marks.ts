import type { MongoDriver } from './driver.js';
import { auditDoc } from './audit-riders.js';
import type { AuditRider, CarriedEntry, LedgerDoc } from './documents.js';

/**
 * Carries out on the documents what a pass has decided. All of it can be repeated, by several at once, and cut anywhere:
 * each change is recognised by what it leaves. The entries are copied before they leave their documents, and a document
 * loses its mark last.
 */
export class LedgerMarks {
  constructor(private readonly driver: MongoDriver) {}

  async carryOut(pass: LedgerDoc): Promise<void> {
    await this.numberEntries(pass);
    await this.count(pass);
    await this.markEvents(pass);
    await this.unmark(pass);
    const update = { $set: { done: 1 }, $unset: { aud: 1, stat: 1 } };
    await this.driver.updateOne('ledger', { _id: pass._id }, update);
  }

  /** What rides elsewhere and is not found there any more has been copied before. */
  private async numberEntries({ aud = [], audTo }: LedgerDoc): Promise<void> {
    if (aud.length === 0) return;
    const lines = await this.linesOf(aud);
    const numbered = aud.map((entry, index) => ({ ...entry, p: audTo - aud.length + index + 1 }));
    const carried = numbered.flatMap(({ in: where, id, k, p }) => {
      const line = where === 'audit' ? undefined : lines.get(placeOf(where, id, k));
      return line === undefined ? [] : [{ ...auditDoc(p, line), p }];
    });
    if (carried.length > 0) await this.driver.insertMany('audit', carried);
    const alone = numbered.filter((entry) => entry.in === 'audit');
    if (alone.length === 0) return;
    const changes = alone.map(({ id, k, p }) => ({
      filter: { _id: id, un: k },
      update: { $set: { p }, $unset: { un: 1 } },
    }));
    await this.driver.bulkUpdate('audit', changes, false);
  }

  private async linesOf(aud: readonly CarriedEntry[]): Promise<ReadonlyMap<string, string>> {
    const lines = new Map<string, string>();
    for (const where of ['instances', 'events'] as const) {
      const ids = idsOf(aud, where);
      if (ids.length === 0) continue;
      const docs = await this.driver.find(where, { _id: { $in: ids } }, { projection: { aud: 1 } });
      for (const { _id, aud: riders } of docs) {
        for (const { k, l } of ridersOf(riders)) lines.set(placeOf(where, _id, k), l);
      }
    }
    return lines;
  }

  /** A minute that this pass or a later one has counted already matches nothing, and is there, so that nothing is inserted. */
  private async count({ _id: led, stat = [] }: LedgerDoc): Promise<void> {
    for (const { minute, wf, ...counts } of stat) {
      const filter = { _id: `${minute}\0${wf}`, led: { $lt: led } };
      const update = { $inc: counts, $set: { led }, $setOnInsert: { minute, wf } };
      await this.driver.updateOne('statistics', filter, update, { upsert: true });
    }
  }

  private async markEvents({ aud = [] }: LedgerDoc): Promise<void> {
    const ids = idsOf(aud, 'events');
    if (ids.length === 0) return;
    await this.driver.updateMany('events', { _id: { $in: ids } }, { $unset: { aud: 1, un: 1 } });
  }

  /** The ledger knows these instances as the pass has read them; one that has changed since keeps its mark for the next. */
  async unmark({ docs, aud = [] }: LedgerDoc): Promise<void> {
    if (docs.length === 0) return;
    const keys = new Map<string, string[]>();
    for (const { in: where, id, k } of aud) {
      if (where === 'instances') keys.set(id, [...(keys.get(id) ?? []), k]);
    }
    const changes = (isAsRead: boolean) =>
      docs.map(({ i: _id, created, rev, seq, pos }) => {
        const copied = keys.get(_id);
        return {
          filter: { _id, created, un: { $exists: true }, ...(isAsRead && { rev, seq }) },
          update: {
            $max: { told: rev, pos },
            ...(copied && { $pull: { aud: { k: { $in: copied } } } }),
            ...(isAsRead && { $unset: { un: 1 } }),
          },
        };
      });
    const matched = await this.driver.bulkUpdate('instances', changes(true), false);
    if (matched < docs.length) await this.driver.bulkUpdate('instances', changes(false), false);
  }
}

function idsOf(aud: readonly CarriedEntry[], where: CarriedEntry['in']): string[] {
  return [...new Set(aud.filter((entry) => entry.in === where).map(({ id }) => id))];
}

function ridersOf(found: readonly AuditRider[] | AuditRider | undefined): readonly AuditRider[] {
  if (found === undefined) return [];
  return 'k' in found ? [found] : found;
}

function placeOf(where: CarriedEntry['in'], id: string, key: string): string {
  return `${where} ${key} ${id}`;
}
