import type { AuditChains, AuditEntry, AuditFilter, AuditLink } from '@workflow-runner/contract';
import type { Page, PageRequest } from '@workflow-runner/contract';
import { toTrailPage } from '../shared/audit-cursor.js';
import { toEntry, toFacts, type AuditRow, type SealedRow } from '../shared/audit-rows.js';
import { pageLimit } from '../shared/paging.js';
import { COLUMN_NAMES, LAST_SEALED } from './audit-columns.js';
import { openQuery, sealedQuery, type Query } from './audit-query.js';
import type { Driver, Statement } from './driver.js';

interface ChainRow {
  readonly name: string;
  readonly base_sequence: number;
  readonly base_hash: string;
  readonly head_sequence: number;
  readonly head_hash: string;
}

/** `line` is null where there is no entry. */
type LinkRow = Omit<AuditRow, 'line'> & { readonly line: string | null; sequence: number; hash: string };

/** Questions about the audit trail. */
export class AuditReader {
  private readonly chains: Statement;
  private readonly unsealed: Statement;
  private readonly links: Statement;

  constructor(private readonly driver: Driver) {
    this.chains = driver.prepare(
      'SELECT name, base_sequence, base_hash, head_sequence, head_hash FROM audit_chains ORDER BY name',
    );
    this.unsealed = driver.prepare(
      `SELECT (SELECT count(*) FROM audit WHERE position > ${LAST_SEALED})
         + (SELECT count(*) FROM audit WHERE position < coalesce((SELECT min(position) FROM audit_seals), 1)) AS count`,
    );
    this.links = driver.prepare(
      `SELECT s.position, s.sequence, s.hash, ${COLUMN_NAMES}, a.line
       FROM audit_seals s LEFT JOIN audit a ON a.position = s.position
       WHERE s.chain = (SELECT number FROM audit_chains WHERE name = ?) AND s.sequence > ?
       ORDER BY s.sequence LIMIT ?`,
    );
  }

  /** At one moment: what is sealed, found by an index, and the tail that is not, which is short. */
  page(filter: AuditFilter, page: PageRequest): Page<AuditEntry> {
    const limit = pageLimit(page);
    const sealed = this.find<SealedRow>(sealedQuery(filter, page), limit + 1);
    const open = this.find<AuditRow>(openQuery(filter, page), limit + 1);
    const sign = page.order === 'oldest' ? 1 : -1;
    const rows = [...sealed, ...open.map((row) => ({ ...row, chain: null, sequence: 0, hash: '' }))];
    rows.sort((a, b) => sign * (a.at - b.at || a.position - b.position));
    const { items, nextCursor } = toTrailPage(rows, limit, (row) => row);
    return { items: items.map(toEntry), nextCursor };
  }

  private find<T>({ sql, values }: Query, limit: number): T[] {
    return this.driver.prepare(sql).all(...values, limit) as T[];
  }

  state(): AuditChains {
    const chains = (this.chains.all() as ChainRow[]).map((row) => ({
      name: row.name,
      base: { sequence: row.base_sequence, hash: row.base_hash },
      head: { sequence: row.head_sequence, hash: row.head_hash },
    }));
    return { chains, unsealed: (this.unsealed.get() as { count: number }).count };
  }

  linksOf(chain: string, after: number, limit: number): AuditLink[] {
    return (this.links.all(chain, after, limit) as LinkRow[]).map((row) => ({
      sequence: row.sequence,
      hash: row.hash,
      position: row.position,
      entry: row.line === null ? null : toFacts({ ...row, line: row.line }),
    }));
  }
}
