import { isEnded, NodeFencedError, RevisionConflictError } from '@workflow-runner/contract';
import type {
  Commit,
  CommitReceipt,
  ControlMark,
  InboxMessage,
  InstanceRecord,
} from '@workflow-runner/contract';
import { ofCommit } from '../shared/audit-facts.js';
import { afterHonouring } from '../shared/control-verdict.js';
import { afterGoingOn, afterRest, isFinal, mustGoOn } from '../shared/standing.js';
import { catchUp } from './events.js';
import { isOwner, type MemoryState, type StoredInstance } from './state.js';

export function commit(state: MemoryState, asked: Commit, now: number): CommitReceipt {
  const instance = checked(state, asked);
  const found = asked.subscribe.flatMap((subscription) => catchUp(state, instance, subscription, now));
  for (const id of asked.unsubscribe) state.subscriptions.delete(id);
  const consumed = new Set(asked.consumed);
  instance.inbox = instance.inbox.filter((message) => !consumed.has(message.id));
  const mark = instance.record.control;
  writeCommon(state, instance, asked, now);
  const receipt = asked.rest
    ? rest(state, instance, asked, mark, now)
    : goOn(state, instance, asked, found, now);
  const isPutOff = asked.rest?.status === 'paused' && !receipt.rested && asked.honoured !== null;
  const entry = isPutOff ? { ...asked.entry, control: null } : asked.entry;
  state.append(instance, asked.revision, entry, asked.owner.nodeId, now);
  if (asked.audit) state.audit.append(ofCommit(asked.audit, asked, now));
  return receipt;
}

function checked(state: MemoryState, asked: Commit): StoredInstance {
  if (!state.isAlive(asked.owner)) throw new NodeFencedError(asked.owner.nodeId, asked.owner.epoch);
  const instance = state.instances.get(asked.instanceId);
  const legal =
    instance !== undefined &&
    isOwner(instance.record, asked.owner) &&
    instance.record.fence === asked.fence &&
    instance.record.revision + 1 === asked.revision;
  if (!legal) throw new RevisionConflictError(asked.instanceId, asked.revision - 1);
  return instance;
}

function writeCommon(state: MemoryState, instance: StoredInstance, asked: Commit, now: number): void {
  if (asked.snapshot !== null) instance.snapshot = asked.snapshot;
  const { keptSignalBytes = instance.keptSignalBytes, ending, ...columns } = asked.columns ?? {};
  instance.keptSignalBytes = keptSignalBytes;
  instance.ending ||= ending === true;
  state.change(instance, {
    revision: asked.revision,
    snapshotRevision: asked.snapshot === null ? instance.record.snapshotRevision : asked.revision,
    control: afterHonouring(instance.record.control, asked.honoured),
    updatedAt: now,
    ...columns,
  });
}

function goOn(
  state: MemoryState,
  instance: StoredInstance,
  asked: Commit,
  delivered: readonly InboxMessage[],
  now: number,
): CommitReceipt {
  state.change(instance, afterGoingOn(instance.record, now));
  return { revision: asked.revision, at: now, rested: false, delivered, control: null };
}

function rest(
  state: MemoryState,
  instance: StoredInstance,
  asked: Commit,
  mark: ControlMark | null,
  now: number,
): CommitReceipt {
  const before = instance.record;
  const receipt = { revision: asked.revision, at: now };
  if (!asked.rest) throw new TypeError('a commit without a rest');
  if (mustGoOn(asked.rest, before.control, instance.inbox.length)) {
    // A pause that has to wait for mail is not honoured yet: after a death nobody else would know of it.
    if (asked.rest.status === 'paused') state.change(instance, { control: mark });
    return { ...receipt, rested: false, delivered: [...instance.inbox], control: instance.record.control };
  }
  state.change(instance, { ...afterRest(before, asked.rest, now), owner: null });
  if (isFinal(asked.rest.status)) {
    state.unsubscribeAll(before.id);
    instance.inbox = [];
  }
  countEnd(state, instance.record, now);
  return { ...receipt, rested: true, delivered: [], control: null };
}

function countEnd(state: MemoryState, record: InstanceRecord, now: number): void {
  if (isEnded(record.status)) state.count(record.status, record.workflowId, now, now - record.createdAt);
}
