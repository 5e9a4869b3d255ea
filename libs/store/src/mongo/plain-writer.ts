import { NodeFencedError, RevisionConflictError, WorkflowError } from '@workflow-runner/contract';
import type { NodeIdentity } from '@workflow-runner/contract';
import type { InstanceDoc } from './documents.js';
import type { NodeRegistry } from './node-registry.js';
import type { Base, SlotsPart } from './parts.js';
import type { PlainChange } from './plain-change.js';

/** Null: it is written. `read`: it is not, for a reason that only its document knows. Else why it is not. */
export type Verdict = Error | 'read' | null;

/** Carries out plain commits of many instances with one call, and finds out which of them were refused. */
export class PlainWriter {
  constructor(
    private readonly base: Base,
    private readonly nodes: NodeRegistry,
    private readonly slots: SlotsPart,
  ) {}

  /** @returns a verdict for each, in order; never rejects */
  async write(changes: readonly PlainChange[]): Promise<readonly Verdict[]> {
    try {
      const verdicts = await this.carryOut(changes);
      await this.giveSlots(changes.filter((_, index) => verdicts[index] === null));
      return verdicts;
    } catch (error) {
      return changes.map(() => error as Error);
    }
  }

  private async carryOut(changes: readonly PlainChange[]): Promise<readonly Verdict[]> {
    const each = changes.map((change) => change.toChange());
    try {
      const matched = await this.base.driver.bulkUpdate('instances', each, false);
      return matched === changes.length ? changes.map(() => null) : await this.readBack(changes);
    } catch (error) {
      if (error instanceof WorkflowError) throw error;
      if (changes.length === 1) return [error as Error];
      // One of them cannot be written at all; the others must not suffer from it.
      const verdicts: Verdict[] = [];
      for (const change of changes) verdicts.push((await this.carryOut([change]))[0] ?? null);
      return verdicts;
    }
  }

  /** Which revisions have been reached. */
  private async readBack(changes: readonly PlainChange[]): Promise<readonly Verdict[]> {
    const found = await this.base.driver.find(
      'instances',
      { _id: { $in: changes.map(({ instanceId }) => instanceId) } },
      { projection: { rev: 1, fence: 1, o: 1 } },
    );
    const docs = new Map(found.map((doc) => [doc._id, doc]));
    const living = new Map<string, boolean>();
    const verdicts: Verdict[] = [];
    for (const change of changes) {
      const { owner, fence } = change.owned;
      const doc = docs.get(change.instanceId);
      const isMine = doc?.fence === fence && isOwnedBy(doc, owner);
      if (doc && doc.fence === fence && doc.rev === change.revision && (change.ends ? !doc.o : isMine)) {
        verdicts.push(null);
      } else if (isMine && doc.rev === change.before) {
        verdicts.push('read');
      } else {
        const name = `${owner.epoch} ${owner.nodeId}`;
        if (!living.has(name)) living.set(name, await this.nodes.isAlive(owner));
        verdicts.push(
          living.get(name)
            ? new RevisionConflictError(change.instanceId, change.before)
            : new NodeFencedError(owner.nodeId, owner.epoch),
        );
      }
    }
    return verdicts;
  }

  private async giveSlots(written: readonly PlainChange[]): Promise<void> {
    const free = written.flatMap(({ ends, owned: { slot, fence }, instanceId }) =>
      ends && slot !== null ? [{ slot, instanceId, fence }] : [],
    );
    await this.slots.gave(free);
  }
}

function isOwnedBy({ o }: Pick<InstanceDoc, 'o'>, { nodeId, epoch }: NodeIdentity): boolean {
  return o?.n === nodeId && o.e === epoch;
}
