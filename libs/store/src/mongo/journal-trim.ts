import type { Commit } from '@workflow-runner/contract';
import type { ChunkDoc, InstanceDoc, RowDoc } from './documents.js';
import type { Base, LedgerPart } from './parts.js';

/** A log longer than this leaves its instance with the next snapshot. */
const MAX_ROWS = 400;
const MAX_LOG_BYTES = 1024 * 1024;

/**
 * Moves the rows behind the snapshot of a long journal out of the instance: first they are inserted as a chunk, then the commit
 * writes what is left. What the ledger has not told stays. Cut in between, the chunk is there already when it is repeated.
 */
export class JournalTrim {
  constructor(
    private readonly base: Base,
    private readonly ledger: Pick<LedgerPart, 'catchUp'>,
  ) {}

  isDue({ snapshot }: Commit, rows: number, logBytes: number): boolean {
    return snapshot !== null && (rows > MAX_ROWS || logBytes > MAX_LOG_BYTES);
  }

  /** @returns what is left of the log; null: all of it */
  async trimmed(asked: Commit, { _id, log, logb }: InstanceDoc): Promise<readonly RowDoc[] | null> {
    if (!this.isDue(asked, log.length, logb)) return null;
    await this.ledger.catchUp();
    const whole = await this.base.driver.findOne('instances', { _id }, { projection: { log: 1, told: 1 } });
    if (!whole) return null;
    const leaving = whole.log.filter(({ r }) => r <= whole.told);
    const last = await this.store(_id, leaving);
    return last === null ? null : whole.log.filter(({ r }) => r > last);
  }

  /** @returns up to which revision the rows are in a chunk; null: there are none */
  private async store(i: string, rows: readonly RowDoc[]): Promise<number | null> {
    const [first, last] = [rows.at(0), rows.at(-1)];
    if (!first || !last) return null;
    const chunk: ChunkDoc = { _id: `${i}/${first.r}`, i, f: first.r, l: last.r, rows };
    if (await this.base.driver.insertOne('journal', chunk)) return last.r;
    const there = await this.base.driver.findOne('journal', { _id: chunk._id }, { projection: { l: 1 } });
    return there?.l ?? null;
  }
}
