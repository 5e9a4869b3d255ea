import { NodeFencedError, RevisionConflictError } from '@workflow-runner/contract';
import type { Commit, CommitReceipt, InboxMessage } from '@workflow-runner/contract';
import { decideCommit, momentOf, type Decision } from './commit-decision.js';
import type { InstanceDoc } from './documents.js';
import type { JournalTrim } from './journal-trim.js';
import type { NodeRegistry } from './node-registry.js';
import { ownedOf, type Owned, type Ownership } from './ownership.js';
import type { Base, EventsPart, SlotsPart } from './parts.js';

/** Texts that no decision looks at. */
const WITHOUT_TEXTS = { snap: 0, 'log.ch': 0, 'log.a': 0, 'log.c': 0 };
const NOTHING_FOUND: ReadonlyMap<string, InboxMessage> = new Map();

export interface CommittingParts {
  readonly nodes: NodeRegistry;
  readonly ownership: Ownership;
  readonly slots: SlotsPart;
  readonly events: Pick<EventsPart, 'stored' | 'catchUp'>;
  readonly trim: JournalTrim;
}

/**
 * Commits that depend on what others may have written: read, decide, write on condition that nothing has come in between; else
 * once more.
 */
export class Committing {
  private readonly behind = new Set<Promise<void>>();

  constructor(
    private readonly base: Base,
    private readonly parts: CommittingParts,
  ) {}

  mustTrim(asked: Commit, owned: Owned): boolean {
    return this.parts.trim.isDue(asked, owned.rows, owned.logBytes);
  }

  async commit(asked: Commit): Promise<CommitReceipt> {
    const found = asked.subscribe.length === 0 ? NOTHING_FOUND : await this.stored(asked);
    for (;;) {
      const doc = await this.read(asked);
      const kept = await this.parts.trim.trimmed(asked, doc);
      const decision = decideCommit(doc, asked, found, momentOf(this.base), kept);
      const { _id, o, fence, rev, seq } = doc;
      const filter = { _id, 'o.n': o?.n, 'o.e': o?.e, fence, rev, seq };
      if (!(await this.base.driver.updateOne('instances', filter, decision.update))) continue;
      await this.wrote(asked, doc, decision, kept?.length ?? doc.log.length);
      return decision.receipt;
    }
  }

  /** Waits for what follows commits that are answered already. */
  async close(): Promise<void> {
    await Promise.all(this.behind);
  }

  /** The stored instance, if it is the one that this commit changes. */
  private async read(asked: Commit): Promise<InstanceDoc> {
    const { instanceId, owner, fence, revision } = asked;
    const doc = await this.base.driver.findOne(
      'instances',
      { _id: instanceId },
      { projection: WITHOUT_TEXTS },
    );
    const isLegal =
      doc?.o?.n === owner.nodeId &&
      doc.o.e === owner.epoch &&
      doc.fence === fence &&
      doc.rev + 1 === revision;
    if (isLegal) return doc;
    this.parts.ownership.drop(instanceId);
    throw (await this.parts.nodes.isAlive(owner))
      ? new RevisionConflictError(instanceId, revision - 1)
      : new NodeFencedError(owner.nodeId, owner.epoch);
  }

  private stored({ tenantId, subscribe }: Commit): Promise<ReadonlyMap<string, InboxMessage>> {
    return this.parts.events.stored(tenantId, subscribe);
  }

  private async wrote(asked: Commit, doc: InstanceDoc, decision: Decision, rows: number): Promise<void> {
    const { ownership, nodes, slots } = this.parts;
    const { instanceId, owner } = asked;
    const { receipt, isBehind, after } = decision;
    if (receipt.rested) ownership.drop(instanceId);
    else if (nodes.isLocal(owner))
      ownership.set(instanceId, { ...ownedOf(owner, { ...doc, ...after, log: doc.log }), rows: rows + 1 });
    if (receipt.rested && doc.slot !== undefined)
      await slots.gave([{ slot: doc.slot, instanceId, fence: doc.fence }]);
    if (isBehind) this.catchUp(instanceId);
  }

  /** Events that came while its new waits were written. Whoever claims or sweeps does it again when this is cut off. */
  private catchUp(instanceId: string): void {
    const work: Promise<void> = this.parts.events
      .catchUp([instanceId])
      .catch(() => undefined)
      .finally(() => this.behind.delete(work));
    this.behind.add(work);
  }
}
