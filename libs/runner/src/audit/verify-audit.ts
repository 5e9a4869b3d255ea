import type { AuditChain, AuditChains, ChainPlace, Store } from '@workflow-runner/contract';
import { ChainCheck, type BrokenLink } from '@workflow-runner/contract/audit';

/** What became of the verification of one chain. */
export interface ChainVerification {
  readonly chain: string;
  /** Entries that were looked at and fit. */
  readonly entries: number;
  readonly head: ChainPlace;
  /** The first link that does not fit; what comes behind it was not looked at. */
  readonly broken?: BrokenLink;
}

/** `ok`: every chain is whole. The entries that are not sealed yet are in none of them. */
export interface AuditVerification {
  readonly ok: boolean;
  readonly chains: readonly ChainVerification[];
  readonly unsealed: number;
}

/** Links read at once. */
const PAGE = 500;
/** Looks at a trail from which retention deletes meanwhile. */
const MOST_LOOKS = 3;

/**
 * Recomputes every hash of every chain. It needs the memory of one page, and lets others have their turn between pages.
 * What retention deletes meanwhile is not taken for missing.
 */
export async function verifyAudit(store: Store): Promise<AuditVerification> {
  for (let look = 1; ; look += 1) {
    const before = await store.auditChains();
    const chains: ChainVerification[] = [];
    for (const chain of before.chains) chains.push(await verifyChain(store, chain));
    const ok = chains.every(({ broken }) => broken === undefined);
    if (ok || look === MOST_LOOKS || !haveMoved(before, await store.auditChains())) {
      return { ok, chains, unsealed: before.unsealed };
    }
  }
}

async function verifyChain(store: Store, chain: AuditChain): Promise<ChainVerification> {
  const check = new ChainCheck(chain);
  for (;;) {
    const links = await store.auditLinks(chain.name, check.sequence, PAGE);
    if (links.length === 0 || !check.follow(links)) break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  const broken = check.finish();
  const entries = check.sequence - chain.base.sequence;
  return { chain: chain.name, entries, head: chain.head, ...(broken && { broken }) };
}

/** Whether a chain now begins somewhere else, or is gone. */
function haveMoved(before: AuditChains, after: AuditChains): boolean {
  const bases = new Map(after.chains.map(({ name, base }) => [name, base.sequence]));
  return before.chains.some(({ name, base }) => bases.get(name) !== base.sequence);
}
