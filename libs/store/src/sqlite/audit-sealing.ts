import type { ChainPlace } from '@workflow-runner/contract';
import { hashOfLine } from '@workflow-runner/contract/audit';
import { COLUMN_NAMES, columnsOfLines, LAST_SEALED } from './audit-columns.js';
import type { Driver, Statement } from './driver.js';

type Head = ChainPlace & { readonly number: number };

/** Takes entries into chains, in order of commit. */
export class AuditSealing {
  private readonly isOpen: Statement;
  private readonly open: Statement;
  private readonly begin: Statement;
  private readonly head: Statement;
  private readonly insert: Statement;
  private readonly move: Statement;

  constructor(driver: Driver) {
    this.isOpen = driver.prepare(
      `SELECT EXISTS (SELECT 1 FROM audit WHERE position > ${LAST_SEALED}) AS yes`,
    );
    // One text for all of them: rows that are read one by one cost more than what is done with them.
    this.open = driver.prepare(
      `SELECT group_concat(position || ' ' || line, char(10)) AS lines FROM (
         SELECT position, replace(line, char(10), ' ') AS line FROM audit
         WHERE position > ${LAST_SEALED} ORDER BY position LIMIT ?)`,
    );
    this.begin = driver.prepare(
      `INSERT INTO audit_chains (name, base_sequence, base_hash, head_sequence, head_hash)
       VALUES (?, 0, '', 0, '') ON CONFLICT (name) DO NOTHING`,
    );
    this.head = driver.prepare(
      'SELECT number, head_sequence AS sequence, head_hash AS hash FROM audit_chains WHERE name = ?',
    );
    this.insert = driver.prepare(
      `INSERT INTO audit_seals (position, chain, sequence, hash, ${COLUMN_NAMES})
       SELECT entry.position, :chain, :sequence + seal.key, seal.value, ${COLUMN_NAMES}
       FROM json_each(:hashes) seal CROSS JOIN (${columnsOfLines('FROM audit')}) entry
         ON entry.position = :position + seal.key`,
    );
    this.move = driver.prepare('UPDATE audit_chains SET head_sequence = ?, head_hash = ? WHERE number = ?');
  }

  /** Whether there is anything to seal; a read. */
  get isDue(): boolean {
    return (this.isOpen.get() as { yes: number }).yes === 1;
  }

  /** In a transaction. @returns how many */
  seal(chain: string, limit: number): number {
    const { lines } = this.open.get(limit) as { lines: string | null };
    if (lines === null) return 0;
    this.begin.run(chain);
    const { number, ...head } = this.head.get(chain) as Head;
    let place: ChainPlace = head;
    const { position, texts } = withoutGap(lines.split('\n'));
    const hashes = texts.map((line) => {
      place = { sequence: place.sequence + 1, hash: hashOfLine(chain, place, line) };
      return place.hash;
    });
    const sequence = head.sequence + 1;
    this.insert.run({ chain: number, position, sequence, hashes: JSON.stringify(hashes) });
    this.move.run(place.sequence, place.hash, number);
    return texts.length;
  }
}

/** Lines with their positions, up to where one is missing, which nobody but an intruder leaves. */
function withoutGap(lines: readonly string[]): { readonly position: number; readonly texts: string[] } {
  const first = parseInt(lines[0] ?? '', 10);
  const texts: string[] = [];
  for (const [index, text] of lines.entries()) {
    const end = text.indexOf(' ');
    if (Number(text.slice(0, end)) !== first + index) break;
    texts.push(text.slice(end + 1));
  }
  return { position: first, texts };
}
