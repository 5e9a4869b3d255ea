import { expiredPrefix } from '../shared/expired-prefix.js';
import type { Driver, Statement } from './driver.js';

interface OldSeal {
  readonly position: number;
  readonly chain: number;
  readonly sequence: number;
  readonly hash: string;
  readonly at: number;
}

/** Deletes the oldest sealed entries. Each chain's base moves along, so that it can still be verified from there. */
export class AuditRetention {
  private readonly oldest: Statement;
  private readonly entries: Statement;
  private readonly seals: Statement;
  private readonly moveBase: Statement;
  private readonly chains: Statement;

  constructor(driver: Driver) {
    this.oldest = driver.prepare(
      'SELECT position, chain, sequence, hash, at FROM audit_seals ORDER BY position LIMIT ?',
    );
    this.entries = driver.prepare(
      'DELETE FROM audit WHERE position <= ? AND position IN (SELECT position FROM audit_seals WHERE position <= ?)',
    );
    this.seals = driver.prepare('DELETE FROM audit_seals WHERE position <= ?');
    this.moveBase = driver.prepare(
      'UPDATE audit_chains SET base_sequence = ?, base_hash = ? WHERE number = ?',
    );
    // The chain of a living node goes on; another one begins anew should its name come back.
    this.chains = driver.prepare(
      `DELETE FROM audit_chains WHERE base_sequence = head_sequence
         AND NOT EXISTS (SELECT 1 FROM audit_seals WHERE chain = audit_chains.number)
         AND name NOT IN (SELECT node_id FROM nodes WHERE state = 'alive')`,
    );
  }

  /** @param until epoch ms @returns how many entries went */
  purge(until: number, limit: number): number {
    const found = this.oldest.all(limit) as OldSeal[];
    const count = expiredPrefix(
      found.map(({ at }) => at),
      until,
    );
    const last = found[count - 1];
    if (!last) return 0;
    const bases = new Map(found.slice(0, count).map((seal) => [seal.chain, seal]));
    for (const { chain, sequence, hash } of bases.values()) this.moveBase.run(sequence, hash, chain);
    this.entries.run(last.position, last.position);
    this.seals.run(last.position);
    this.chains.run();
    return count;
  }
}
