import type { ChainPlace } from '@workflow-runner/contract';
import { hashOfLine } from '@workflow-runner/contract/audit';
import type { AuditDoc, SealBatch } from './documents.js';
import type { MongoDriver } from './driver.js';
import type { Ledger } from './ledger.js';

/** More are left to the next call. */
const MOST = 5_000;

const SEALING = 'sealing';
const NONE: Pick<SealBatch, 'n' | 'to'> = { n: 0, to: 0 };

/**
 * Takes entries into chains, in the order that the ledger has given them. One document holds the newest batch, of whatever
 * chain: replacing it by the next, conditional on its number, decides. So two sealers never take the same entry, nor the
 * same place of a chain. Then the batch is carried out on entries and chain, by whoever comes next if it must be.
 */
export class AuditSealing {
  constructor(
    private readonly driver: MongoDriver,
    private readonly ledger: Pick<Ledger, 'catchUp' | 'settled'>,
  ) {}

  /** @returns how many */
  async seal(chain: string, limit: number): Promise<number> {
    await this.ledger.catchUp();
    for (;;) {
      const newest = await this.settled();
      const entries = await this.open(newest.to, Math.min(limit, MOST));
      const [first] = entries;
      if (!first) return 0;
      const before = await this.headOf(chain);
      const hashes = hashesOf(chain, before, entries);
      const to = first.p + entries.length - 1;
      const batch = { n: newest.n + 1, chain, from: first.p, to, before, hashes };
      if (!(await this.decide(newest.n, batch))) continue;
      await this.carryOut(batch);
      return entries.length;
    }
  }

  /** The newest batch, once it is carried out. */
  async settled(): Promise<Pick<SealBatch, 'n' | 'to'>> {
    const batch = (await this.driver.findOne('meta', { _id: SEALING }))?.batch;
    if (batch?.hashes) await this.carryOut(batch);
    return batch ?? NONE;
  }

  /** The oldest behind a number. A pass numbers in any order, so nothing counts that is not of a finished one. */
  private async open(behind: number, limit: number): Promise<NumberedEntry[]> {
    const one = { projection: { _id: 1 } };
    if ((await this.driver.findOne('audit', { p: { $gt: behind } }, one)) === null) return [];
    const { audTo } = await this.ledger.settled();
    const found = await this.driver.find(
      'audit',
      { p: { $gt: behind, $lte: audTo } },
      { sort: { p: 1 }, limit, projection: { p: 1, l: 1 } },
    );
    return withoutGap(found as NumberedEntry[]);
  }

  private async headOf(chain: string): Promise<ChainPlace> {
    const known = await this.driver.findOne('chains', { _id: chain });
    return known?.head ?? { sequence: 0, hash: '' };
  }

  private decide(newest: number, batch: SealBatch): Promise<boolean> {
    if (newest === 0) return this.driver.insertOne('meta', { _id: SEALING, batch });
    return this.driver.updateOne('meta', { _id: SEALING, 'batch.n': newest }, { $set: { batch } });
  }

  private async carryOut({ n, chain, from, before, hashes = [] }: SealBatch): Promise<void> {
    const seals = hashes.map((h, index) => ({
      filter: { p: from + index, ch: { $exists: false } },
      update: { $set: { ch: chain, sq: before.sequence + index + 1, h } },
    }));
    await this.driver.bulkUpdate('audit', seals, false);
    const head = { sequence: before.sequence + hashes.length, hash: hashes.at(-1) ?? before.hash };
    await this.driver.updateOne(
      'chains',
      { _id: chain, 'head.sequence': { $lt: head.sequence } },
      { $set: { head }, $setOnInsert: { base: before } },
      { upsert: true },
    );
    await this.driver.updateOne('meta', { _id: SEALING, 'batch.n': n }, { $unset: { 'batch.hashes': '' } });
  }
}

type NumberedEntry = AuditDoc & { readonly p: number };

/** Up to where one is missing, which nobody but an intruder leaves. */
function withoutGap(entries: readonly NumberedEntry[]): NumberedEntry[] {
  const [first] = entries;
  return entries.filter(({ p }, index) => p === (first?.p ?? 0) + index);
}

function hashesOf(chain: string, before: ChainPlace, entries: readonly NumberedEntry[]): string[] {
  let place = before;
  return entries.map(({ l }) => {
    place = { sequence: place.sequence + 1, hash: hashOfLine(chain, place, l) };
    return place.hash;
  });
}
