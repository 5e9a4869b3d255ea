import { isEnded, NodeFencedError, RevisionConflictError } from '@workflow-runner/contract';
import type { Commit, CommitReceipt, InboxMessage, Rest } from '@workflow-runner/contract';
import { ofCommit } from '../shared/audit-facts.js';
import { afterHonouring } from '../shared/control-verdict.js';
import { tenantKey } from '../shared/matching.js';
import { afterGoingOn, afterRest, isFinal, mustGoOn } from '../shared/standing.js';
import type { AuditWriter } from './audit-writer.js';
import type { EventDelivery } from './event-delivery.js';
import type { Group } from './group.js';
import type { Inboxes } from './inboxes.js';
import type { InstanceHeads } from './instance-heads.js';
import type { JournalWriter } from './journal-writer.js';
import type { LocalNodes } from './local-nodes.js';
import type { Owned, Ownership } from './ownership.js';
import { Refusal } from './refusal.js';
import type { Slots } from './slots.js';

const NOTHING: readonly InboxMessage[] = Object.freeze([]);

export interface CommittingParts {
  readonly heads: InstanceHeads;
  readonly journal: JournalWriter;
  readonly inboxes: Inboxes;
  readonly delivery: EventDelivery;
  readonly local: LocalNodes;
  readonly ownership: Ownership;
  readonly slots: Slots;
  readonly audit: AuditWriter;
}

/** Commits of owners. A plain one is one inserted row; the instance's own row is touched only when it must be. */
export class Committing {
  constructor(private readonly parts: CommittingParts) {}

  commit(group: Group, asked: Commit): CommitReceipt | Refusal {
    if (!group.isAlive(asked.owner)) {
      this.parts.ownership.drop(asked.instanceId);
      return new Refusal(new NodeFencedError(asked.owner.nodeId, asked.owner.epoch));
    }
    const owned = this.ownedBy(asked);
    if (owned === null) return new Refusal(new RevisionConflictError(asked.instanceId, asked.revision - 1));
    const { journal, delivery, inboxes } = this.parts;
    const { instanceId, revision } = asked;
    journal.append(group, owned.seq, revision, asked.entry, asked.owner.nodeId);
    owned.revision = revision;
    if (asked.audit) this.parts.audit.write(ofCommit(asked.audit, asked, group.now));
    let delivered = NOTHING;
    if (asked.subscribe.length > 0) delivered = delivery.subscribe(group, asked, tenantKey(asked.tenantId));
    if (asked.unsubscribe.length > 0) delivery.unsubscribe(asked.unsubscribe);
    if (asked.rest !== null && isFinal(asked.rest.status)) return this.end(group, asked, owned, asked.rest);
    if (asked.consumed.length > 0) inboxes.consume(instanceId, asked.consumed);
    if (asked.rest !== null) return this.rest(group, asked, owned, asked.rest);
    if (!owned.leavesRow || touchesRow(asked)) this.goOn(group, asked, owned);
    return { revision, at: group.now, rested: false, delivered, control: null };
  }

  /** Null: this owner, fence and revision are not the stored ones. */
  private ownedBy(asked: Commit): Owned | null {
    const { ownership, local, heads } = this.parts;
    const known = ownership.get(asked.instanceId);
    const owned = known ?? heads.owned(asked.instanceId);
    const legal =
      owned !== null &&
      owned.owner.nodeId === asked.owner.nodeId &&
      owned.owner.epoch === asked.owner.epoch &&
      owned.fence === asked.fence &&
      owned.revision + 1 === asked.revision;
    if (!legal) return null;
    if (!known && local.get(asked.owner)) ownership.set(asked.instanceId, owned);
    return owned;
  }

  private goOn(group: Group, asked: Commit, owned: Owned): void {
    const { heads } = this.parts;
    const head = heads.of(owned.seq);
    const control = afterHonouring(head.control, asked.honoured);
    heads.write(owned.seq, {
      standing: {
        ...afterGoingOn({ ...head, control }, group.now),
        crashes: asked.columns?.crashes ?? head.crashes,
      },
      ...changeOf(asked),
      keepsOwner: true,
      now: group.now,
    });
    owned.leavesRow = true;
  }

  /** It never changes again: what it waits for or has not read goes, too. */
  private end(group: Group, asked: Commit, owned: Owned, rest: Rest): CommitReceipt {
    const { heads, delivery, inboxes } = this.parts;
    const { instanceId } = asked;
    const createdAt = heads.end(owned.seq, rest, { ...changeOf(asked), now: group.now });
    delivery.unsubscribeAll(instanceId);
    inboxes.clear(instanceId);
    return this.rested(group, asked, owned, rest, createdAt);
  }

  private rest(group: Group, asked: Commit, owned: Owned, rest: Rest): CommitReceipt {
    const { heads, inboxes, journal } = this.parts;
    const { instanceId, revision } = asked;
    const head = heads.of(owned.seq);
    const control = afterHonouring(head.control, asked.honoured);
    const unconsumed = inboxes.of(instanceId);
    const goesOn = mustGoOn(rest, control, unconsumed.length);
    // A pause that has to wait for mail is not honoured yet: after a death nobody else would know of it.
    const isPutOff = goesOn && rest.status === 'paused' && asked.honoured !== null;
    if (isPutOff) journal.forgetControl(owned.seq, revision);
    const standing = isPutOff ? head.control : control;
    const before = { ...head, control: standing, crashes: asked.columns?.crashes ?? head.crashes };
    heads.write(owned.seq, {
      standing: goesOn ? before : afterRest(before, rest, group.now),
      ...changeOf(asked),
      keepsOwner: goesOn,
      now: group.now,
    });
    if (goesOn) return { revision, at: group.now, rested: false, delivered: unconsumed, control: standing };
    return this.rested(group, asked, owned, rest, head.createdAt);
  }

  private rested(group: Group, asked: Commit, owned: Owned, rest: Rest, createdAt: number): CommitReceipt {
    this.parts.ownership.drop(asked.instanceId);
    this.parts.slots.gave(group, owned.slot);
    if (isEnded(rest.status)) {
      group.countEnd(rest.status, asked.workflowId, group.now, group.now - createdAt);
    }
    return { revision: asked.revision, at: group.now, rested: true, delivered: NOTHING, control: null };
  }
}

/** What a commit says of the instance's row, apart from where it stands. */
function changeOf({ columns, revision, snapshot }: Commit) {
  return {
    definitionHash: columns?.definitionHash,
    keptSignalBytes: columns?.keptSignalBytes,
    ending: columns?.ending,
    revision,
    snapshot,
  };
}

function touchesRow(asked: Commit): boolean {
  return asked.snapshot !== null || asked.columns !== null || asked.honoured !== null;
}
