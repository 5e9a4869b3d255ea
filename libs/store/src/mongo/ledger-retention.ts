import type { MongoDriver } from './driver.js';

/** Deletes passes whose instances are all gone; a bounded number of looks each time, going round. */
export class LedgerRetention {
  /** The newest pass that was looked at in this round. */
  private seen = 0;

  constructor(private readonly driver: MongoDriver) {}

  async forget(limit: number): Promise<void> {
    const newest = await this.driver.findOne('ledger', {}, { sort: { _id: -1 }, projection: { _id: 1 } });
    // The newest says where the next begins.
    const range = { _id: { $gt: this.seen, $lt: newest?._id ?? 0 } };
    const passes = await this.driver.find('ledger', range, {
      sort: { _id: 1 },
      limit,
      projection: { 'docs.i': 1 },
    });
    const gone: number[] = [];
    for (const { _id, docs } of passes) {
      const ids = docs.map(({ i }) => i);
      const left = await this.driver.findOne(
        'instances',
        { _id: { $in: ids }, st: { $exists: true } },
        { projection: { _id: 1 } },
      );
      if (left === null) gone.push(_id);
    }
    if (gone.length > 0) await this.driver.deleteMany('ledger', { _id: { $in: gone } });
    this.seen = passes.length < limit ? 0 : (passes.at(-1)?._id ?? 0);
  }
}
