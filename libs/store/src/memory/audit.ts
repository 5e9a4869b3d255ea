import type {
  AuditChain,
  AuditChains,
  AuditEntry,
  AuditFacts,
  AuditFilter,
  AuditLink,
  NewAuditEntry,
  Page,
  PageRequest,
} from '@workflow-runner/contract';
import { auditHash } from '@workflow-runner/contract/audit';
import { toTrailPage, trailStart } from '../shared/audit-cursor.js';
import { expiredPrefix } from '../shared/expired-prefix.js';
import { pageLimit } from '../shared/paging.js';

interface KeptEntry {
  readonly position: number;
  readonly entry: AuditEntry;
}

const BEGINNING = { sequence: 0, hash: '' };

/** The audit trail of a memory store: what is sealed stands before what is not. */
export class AuditTrail {
  private entries: KeptEntry[] = [];
  /** Ids of entries without a change. */
  private readonly alone = new Set<string>();
  private readonly chains = new Map<string, AuditChain>();
  private sealed = 0;
  private lastPosition = 0;

  append(facts: AuditFacts): void {
    this.lastPosition += 1;
    this.entries.push({ position: this.lastPosition, entry: { ...facts, seal: null } });
  }

  appendAlone(entry: NewAuditEntry, at: number): void {
    if (this.alone.has(entry.id)) return;
    this.alone.add(entry.id);
    this.append({ ...entry, at });
  }

  seal(name: string, limit: number): number {
    const open = this.entries.slice(this.sealed, this.sealed + limit);
    if (open.length === 0) return 0;
    const chain = this.chains.get(name) ?? { name, base: BEGINNING, head: BEGINNING };
    let { head } = chain;
    const closed = open.map(({ position, entry }) => {
      head = { sequence: head.sequence + 1, hash: auditHash(name, head, entry) };
      return { position, entry: { ...entry, seal: { chain: name, ...head } } };
    });
    this.entries.splice(this.sealed, closed.length, ...closed);
    this.sealed += closed.length;
    this.chains.set(name, { ...chain, head });
    return closed.length;
  }

  page(filter: AuditFilter, page: PageRequest): Page<AuditEntry> {
    const limit = pageLimit(page);
    const start = trailStart(page);
    const sign = page.order === 'oldest' ? 1 : -1;
    const rows = this.entries
      .filter(({ entry }) => passes(entry, filter))
      .map((kept) => ({ ...kept, at: kept.entry.at }))
      .filter((row) => start === null || sign * inOrder(row, start) > 0)
      .sort((a, b) => sign * inOrder(a, b));
    const { items, nextCursor } = toTrailPage(rows, limit, (row) => row);
    return { items: items.map(({ entry }) => entry), nextCursor };
  }

  state(): AuditChains {
    const chains = [...this.chains.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return { chains, unsealed: this.entries.length - this.sealed };
  }

  links(chain: string, after: number, limit: number): AuditLink[] {
    return this.entries
      .flatMap(({ position, entry: { seal, ...entry } }) =>
        seal?.chain === chain && seal.sequence > after
          ? [{ sequence: seal.sequence, hash: seal.hash, position, entry }]
          : [],
      )
      .slice(0, limit);
  }

  /** @returns how many went */
  purge(until: number, limit: number, isAlive: (nodeId: string) => boolean): number {
    const oldest = this.entries.slice(0, Math.min(this.sealed, Math.max(limit, 0)));
    const count = expiredPrefix(
      oldest.map(({ entry }) => entry.at),
      until,
    );
    for (const { entry } of this.entries.splice(0, count)) {
      const { seal, id } = entry;
      const chain = seal && this.chains.get(seal.chain);
      if (chain)
        this.chains.set(chain.name, { ...chain, base: { sequence: seal.sequence, hash: seal.hash } });
      this.alone.delete(id);
    }
    this.sealed -= count;
    for (const { name, base, head } of [...this.chains.values()]) {
      if (base.sequence === head.sequence && !isAlive(name)) this.chains.delete(name);
    }
    return count;
  }
}

type Placed = Pick<KeptEntry, 'position'> & { readonly at: number };

function inOrder(a: Placed, b: Placed): number {
  return a.at - b.at || a.position - b.position;
}

function passes(entry: AuditEntry, filter: AuditFilter): boolean {
  const { from = -Infinity, to = Infinity } = filter;
  return (
    equals(filter.tenantId, entry.tenantId) &&
    equals(filter.subject, entry.caller?.subject) &&
    equals(filter.action, entry.action) &&
    equals(filter.resourceKind, entry.resource.kind) &&
    equals(filter.resourceId, entry.resource.id) &&
    equals(filter.workflowId, entry.workflowId) &&
    equals(filter.result, entry.result) &&
    entry.at >= from &&
    entry.at <= to
  );
}

function equals<T>(wanted: T | null | undefined, found: T | null | undefined): boolean {
  return wanted === undefined || wanted === null || wanted === found;
}
