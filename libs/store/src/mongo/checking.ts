import { isFinal } from '../shared/standing.js';
import type { ChunkDoc, InstanceDoc } from './documents.js';
import { ANY_INSTANCE } from './instance-filter.js';
import type { AuditPart, Base, CheckingPart, LedgerPart } from './parts.js';

/** So many documents are read at once. */
const AT_ONCE = 500;

type Checked = Pick<
  InstanceDoc,
  '_id' | 'st' | 'rev' | 'snapRev' | 'o' | 'q' | 'wake' | 'dp' | 'dw' | 'cu'
> & {
  readonly log: readonly Pick<InstanceDoc['log'][number], 'r'>[];
  readonly subs: readonly Pick<InstanceDoc['subs'][number], 'c'>[];
};

const CHECKED = {
  ...{ st: 1, rev: 1, snapRev: 1, o: 1, q: 1, wake: 1, dp: 1, dw: 1, cu: 1 },
  ...{ 'log.r': 1, 'subs.c': 1 },
};

type Span = Pick<ChunkDoc, '_id' | 'i' | 'f' | 'l'> & {
  readonly rows: readonly Pick<ChunkDoc['rows'][number], 'r'>[];
};

/** Looks for what the documents owe each other. */
export class Checking implements CheckingPart {
  constructor(
    private readonly base: Base,
    private readonly ledger: Pick<LedgerPart, 'findings'>,
    private readonly audit: Pick<AuditPart, 'findings'>,
  ) {}

  async check(): Promise<readonly string[]> {
    return [
      ...(await this.instances()),
      ...(await this.chunks()),
      ...(await this.ledger.findings()),
      ...(await this.audit.findings()),
    ];
  }

  private async instances(): Promise<string[]> {
    const { driver } = this.base;
    const findings: string[] = [];
    for (let after = ''; ;) {
      const page: Checked[] = await driver.find(
        'instances',
        { ...ANY_INSTANCE, _id: { $gt: after } },
        { projection: CHECKED, sort: { _id: 1 }, limit: AT_ONCE },
      );
      const owners = new Set(page.flatMap(({ o }) => o?.n ?? []));
      const nodes = await driver.find('nodes', { _id: { $in: [...owners] } }, { projection: { _id: 1 } });
      const known = new Set(nodes.map(({ _id }) => _id));
      for (const doc of page)
        findings.push(...problemsOf(doc, known).map((problem) => `instance ${doc._id}: ${problem}`));
      const last = page.at(-1);
      if (!last) return findings;
      after = last._id;
    }
  }

  private async chunks(): Promise<string[]> {
    const { driver } = this.base;
    const findings: string[] = [];
    for (let after = ''; ;) {
      const page: Span[] = await driver.find(
        'journal',
        { _id: { $gt: after } },
        { projection: { i: 1, f: 1, l: 1, 'rows.r': 1 }, sort: { _id: 1 }, limit: AT_ONCE },
      );
      const ids = [...new Set(page.map(({ i }) => i))];
      const among = { ...ANY_INSTANCE, _id: { $in: ids } };
      const found = await driver.find('instances', among, { projection: { _id: 1 } });
      const known = new Set(found.map(({ _id }) => _id));
      for (const chunk of page) findings.push(...problemsOfChunk(chunk, known));
      const last = page.at(-1);
      if (!last) return findings;
      after = last._id;
    }
  }
}

/** @param nodes that are known */
export function problemsOf(doc: Checked, nodes: ReadonlySet<string>): string[] {
  const tail = doc.log.map(({ r }) => r).filter((r) => r > doc.snapRev);
  const isWhole = tail.length === doc.rev - doc.snapRev && tail.every((r, i) => r === doc.snapRev + 1 + i);
  const isDue = doc.dw !== undefined;
  const problems: readonly (readonly [boolean, string])[] = [
    [!isFinal(doc.st) && !isWhole, `the journal has a gap after revision ${doc.snapRev}`],
    [doc.o !== undefined && !nodes.has(doc.o.n), 'owned by a node that is unknown'],
    [doc.o !== undefined && isDue, 'owned, and offered to be claimed'],
    [doc.o === undefined && (doc.dw ?? null) !== doc.wake, 'is not due when its record says'],
    [isDue !== (doc.dp !== undefined), 'is due without a priority, or has one and is not due'],
    [doc.cu === undefined && doc.subs.some(({ c }) => c === 0), 'waits, and nobody will catch it up'],
  ];
  return problems.flatMap(([isSo, problem]) => (isSo ? [problem] : []));
}

/** @param instances that are known */
export function problemsOfChunk({ _id, i, f, l, rows }: Span, instances: ReadonlySet<string>): string[] {
  const isWhole = rows.length === l - f + 1 && rows.every(({ r }, index) => r === f + index);
  return [
    ...(instances.has(i) ? [] : [`journal: rows of an unknown instance ${i}`]),
    ...(isWhole ? [] : [`journal: ${_id} has not all rows from ${f} to ${l}`]),
  ];
}
