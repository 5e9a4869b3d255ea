import type { ChainPlace } from '@workflow-runner/contract';
import { expiredPrefix } from '../shared/expired-prefix.js';
import type { MongoDriver } from './driver.js';

const SEALED = { $exists: true };

/** Deletes the oldest sealed entries. Each chain's base moves before they go, so that it can be verified from there. */
export class AuditRetention {
  constructor(private readonly driver: MongoDriver) {}

  /** @param until epoch ms @param sealed number of the newest sealed entry @returns how many entries went */
  async purge(until: number, limit: number, sealed: number): Promise<number> {
    if (limit <= 0) return 0;
    const oldest = await this.driver.find(
      'audit',
      { p: { $lte: sealed }, ch: SEALED },
      { sort: { p: 1 }, limit, projection: { p: 1, at: 1, ch: 1, sq: 1, h: 1 } },
    );
    const moments = oldest.map(({ at }) => at);
    const old = oldest.slice(0, expiredPrefix(moments, until));
    const [first, last] = [old[0]?.p, old.at(-1)?.p];
    if (first === undefined || last === undefined) return 0;
    const bases = new Map<string, ChainPlace>();
    for (const { ch = '', sq = 0, h = '' } of old) bases.set(ch, { sequence: sq, hash: h });
    for (const [chain, base] of bases) {
      const isBehind = { _id: chain, 'base.sequence': { $lt: base.sequence } };
      await this.driver.updateOne('chains', isBehind, { $set: { base } });
    }
    const count = await this.driver.deleteMany('audit', { p: { $gte: first, $lte: last }, ch: SEALED });
    await this.forgetChains();
    return count;
  }

  /** The chain of a living node goes on; another one begins anew should its name come back. */
  private async forgetChains(): Promise<void> {
    const [chains, living] = await Promise.all([
      this.driver.find('chains', {}, { sort: { _id: 1 } }),
      this.driver.find('nodes', { state: 'alive' }, { projection: { _id: 1 } }),
    ]);
    const alive = new Set(living.map(({ _id }) => _id));
    for (const { _id, base, head } of chains) {
      if (base.sequence !== head.sequence || alive.has(_id)) continue;
      await this.driver.deleteOne('chains', { _id, 'head.sequence': head.sequence });
    }
  }
}
