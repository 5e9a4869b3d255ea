import { PRIORITIES, rankOf } from '@workflow-runner/contract';
import type {
  InboxMessage,
  InstanceRecord,
  JournalEntry,
  JournalRow,
  LoadedInstance,
  NodeIdentity,
  Priority,
} from '@workflow-runner/contract';
import type { InstanceDoc, MessageDoc, OwnerDoc, RowDoc } from './documents.js';

/** The empty text stands for the default tenant. */
export function tenantOf(t: string): string | null {
  return t === '' ? null : t;
}

export function priorityNumber(priority: Priority): number {
  return PRIORITIES.indexOf(priority);
}

export function priorityOf(number: number): Priority {
  return PRIORITIES[number] ?? 'normal';
}

export function toOwner({ n, e }: OwnerDoc): NodeIdentity {
  return { nodeId: n, epoch: e };
}

export function ownerDoc({ nodeId, epoch }: NodeIdentity): OwnerDoc {
  return { n: nodeId, e: epoch };
}

export function toRecord(doc: Omit<InstanceDoc, 'snap' | 'log' | 'inbox' | 'subs' | 'sig'>): InstanceRecord {
  return {
    id: doc._id,
    tenantId: tenantOf(doc.t),
    nameSpace: doc.ns,
    name: doc.n,
    version: doc.ver,
    workflowId: doc.wf,
    priority: priorityOf(doc.prio),
    correlationId: doc.corr,
    traceparent: doc.trace,
    caller: doc.caller,
    origin: doc.origin,
    concurrencyKey: doc.ckey,
    idempotencyKey: keyOf(doc.ik ?? doc.xk),
    tags: Object.fromEntries(doc.tags.map(({ k, v }) => [k, v])),
    deadlineAt: doc.deadline,
    definitionHash: doc.hash,
    status: doc.st,
    statusReason: doc.sr,
    wakeAt: doc.wake,
    overdueAt: doc.ov ?? null,
    owner: doc.o ? toOwner(doc.o) : null,
    fence: doc.fence,
    revision: doc.rev,
    snapshotRevision: doc.snapRev,
    control: doc.ctl ?? null,
    failure: doc.fail,
    crashes: doc.crashes,
    createdAt: doc.created,
    startedAt: doc.started,
    updatedAt: doc.updated,
    endedAt: doc.ended,
    pausedAt: doc.pausedAt,
    pausedMs: doc.pausedMs,
  };
}

/** All that `toLoaded` needs: of the log the changes alone. */
export const IMAGE = { 'log.a': 0, 'log.c': 0, 'log.tell': 0, subs: 0, sig: 0, aud: 0 };

export function toLoaded(doc: InstanceDoc): LoadedInstance {
  return { record: toRecord(doc), snapshot: doc.snap, tail: tailOf(doc), inbox: toInbox(doc.inbox) };
}

/** For a node that has the image of this revision. */
export function withoutImage(doc: Omit<InstanceDoc, 'snap' | 'log' | 'subs' | 'sig'>): LoadedInstance {
  return { record: toRecord(doc), snapshot: '', tail: [], inbox: toInbox(doc.inbox) };
}

function tailOf({ log, snapRev }: Pick<InstanceDoc, 'log' | 'snapRev'>): string[] {
  return log.filter(({ r }) => r > snapRev).map(({ ch }) => ch);
}

export function toInbox(inbox: readonly MessageDoc[]): InboxMessage[] {
  return inbox.map(({ bytes: _, ...message }) => message);
}

/** @param ord order key of the commit */
export function toRowDoc(
  entry: JournalEntry,
  { revision, node, at, ord }: { revision: number; node: string | null; at: number; ord: string },
): RowDoc {
  const { kind: k, tell, change: ch, control: c, attempt: a } = entry;
  return { r: revision, k, node, at, tell, ch, c, a, ord };
}

export function toRow(row: RowDoc, instance: Pick<InstanceDoc, '_id' | 't' | 'wf'>): JournalRow {
  return {
    instanceId: instance._id,
    revision: row.r,
    tenantId: tenantOf(instance.t),
    workflowId: instance.wf,
    node: row.node,
    at: row.at,
    kind: row.k,
    attempt: row.a,
    control: row.c,
    change: row.ch,
    tell: row.tell,
  };
}

/** Keys are unique per tenant and workflow, whatever its version. */
export function idempotencyIndexKey(
  tenantId: string | null,
  { nameSpace, name }: Pick<InstanceRecord, 'nameSpace' | 'name'>,
  key: string,
): string {
  return [tenantId ?? '', `${nameSpace}.${name}`, key].join('\0');
}

/** The key itself, which may hold the separator. */
function keyOf(ik: string | undefined): string | null {
  return ik?.split('\0').slice(2).join('\0') ?? null;
}

export function rankOfDoc({ q, dw, wake, prio }: Pick<InstanceDoc, 'q' | 'dw' | 'wake' | 'prio'>): number {
  return rankOf(q?.s ?? dw ?? wake ?? 0, priorityOf(prio));
}
