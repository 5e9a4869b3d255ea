import {
  rankOf,
  type InboxMessage,
  type InstanceRecord,
  type JournalEntry,
  type JournalRow,
} from '@workflow-runner/contract';
import type { DefinitionRecord, MinuteStatistics, NodeIdentity, NodeRecord } from '@workflow-runner/contract';
import type { Publication, StoredEvent, SubscriptionRecord } from '@workflow-runner/contract';
import { minuteOf, tenantKey } from '../shared/matching.js';
import { AuditTrail } from './audit.js';

export interface StoredInstance {
  /** Order of creation. */
  readonly seq: number;
  record: InstanceRecord;
  snapshot: string;
  /** `at` of the newest mark it ever had. */
  lastMarkAt: number;
  /** Id of the newest wish that was written. */
  lastMarkId: string | null;
  readonly journal: JournalRow[];
  inbox: InboxMessage[];
  /** The signals it was ever sent, and what each counts for. */
  readonly signals: Map<string, number>;
  /** What the signals count for that its state keeps. */
  keptSignalBytes: number;
  /** Whose slot it holds while it is owned. */
  slot: string | null;
  /** While it queues for a slot: the wake time it came with, which is its place. */
  queuedAt: number | null;
  /** Its end has begun. */
  ending: boolean;
}

export interface KeptEvent {
  readonly event: StoredEvent;
  delivered: boolean;
}

export interface KeptKey {
  readonly instanceId: string;
  readonly digest: string;
  readonly createdAt: number;
}

export interface KeptNode {
  record: NodeRecord;
  rung: boolean;
}

type Counted = 'started' | 'completed' | 'failed' | 'cancelled';

/** Everything a memory store remembers, in plain maps. */
export class MemoryState {
  readonly instances = new Map<string, StoredInstance>();
  /** Unowned instances with a wake time: the due index. */
  readonly waiting = new Set<StoredInstance>();
  /** Those that wait for a slot. */
  readonly queued = new Set<StoredInstance>();
  /** Slots that are held, by workflow. */
  readonly held = new Map<string, number>();
  readonly keys = new Map<string, KeptKey>();
  readonly subscriptions = new Map<string, SubscriptionRecord>();
  readonly events = new Map<string, KeptEvent>();
  readonly nodes = new Map<string, KeptNode>();
  readonly roles = new Map<string, NodeIdentity>();
  readonly definitions = new Map<string, DefinitionRecord>();
  readonly minutes = new Map<string, MinuteStatistics>();
  readonly cursors = new Map<string, number>();
  readonly audit = new AuditTrail();
  /** Journal rows that tell something, in order of publication. */
  publications: Publication[] = [];
  /** Position of the newest of them that was deleted. */
  deletedPosition = 0;
  lastPosition = 0;
  private lastSeq = 0;

  add(record: InstanceRecord, snapshot: string): StoredInstance {
    this.lastSeq += 1;
    const instance: StoredInstance = {
      seq: this.lastSeq,
      record,
      snapshot,
      lastMarkAt: 0,
      lastMarkId: null,
      journal: [],
      inbox: [],
      signals: new Map(),
      keptSignalBytes: 0,
      slot: null,
      queuedAt: null,
      ending: false,
    };
    this.instances.set(record.id, instance);
    this.change(instance, {});
    return instance;
  }

  /** The only way a record changes; keeps the due index and the slots in step. */
  change(instance: StoredInstance, changes: Partial<InstanceRecord>): void {
    instance.record = { ...instance.record, ...changes };
    if (instance.record.owner === null) this.hold(instance, null);
    if (instance.record.owner === null && instance.record.wakeAt !== null) this.waiting.add(instance);
    else this.waiting.delete(instance);
  }

  /** Gives an instance a slot, or takes it away. */
  hold(instance: StoredInstance, slot: string | null): void {
    const { slot: before } = instance;
    instance.slot = slot;
    if (before !== null) this.held.set(before, (this.held.get(before) ?? 0) - 1);
    if (slot !== null) this.held.set(slot, (this.held.get(slot) ?? 0) + 1);
  }

  append(
    instance: StoredInstance,
    revision: number,
    entry: JournalEntry,
    node: string | null,
    at: number,
  ): void {
    const { id: instanceId, tenantId, workflowId } = instance.record;
    const row: JournalRow = { ...entry, instanceId, revision, tenantId, workflowId, node, at };
    this.lastPosition += 1;
    instance.journal.push(row);
    const { correlationId } = instance.record;
    if (row.tell.length > 0) this.publications.push({ ...row, position: this.lastPosition, correlationId });
  }

  remove(instance: StoredInstance): void {
    this.instances.delete(instance.record.id);
    this.waiting.delete(instance);
    this.queued.delete(instance);
    this.unsubscribeAll(instance.record.id);
    const isOfIt = (row: Publication): boolean => row.instanceId === instance.record.id;
    const newest = this.publications.findLast(isOfIt)?.position ?? 0;
    this.deletedPosition = Math.max(this.deletedPosition, newest);
    this.publications = this.publications.filter((row) => !isOfIt(row));
  }

  unsubscribeAll(instanceId: string): void {
    for (const [id, subscription] of this.subscriptions) {
      if (subscription.instanceId === instanceId) this.subscriptions.delete(id);
    }
  }

  isAlive(node: NodeIdentity): boolean {
    const known = this.nodes.get(node.nodeId)?.record;
    return known !== undefined && known.epoch === node.epoch && known.state === 'alive';
  }

  ownedBy(node: NodeIdentity): StoredInstance[] {
    return [...this.instances.values()].filter(({ record }) => isOwner(record, node));
  }

  count(what: Counted, workflowId: string, at: number, durationMs = 0): void {
    const minute = minuteOf(at);
    const key = `${minute} ${workflowId}`;
    const none = { minute, workflowId, started: 0, completed: 0, failed: 0, cancelled: 0, durationMs: 0 };
    const before = this.minutes.get(key) ?? none;
    this.minutes.set(key, {
      ...before,
      [what]: before[what] + 1,
      durationMs: before.durationMs + durationMs,
    });
  }
}

export function isOwner(record: InstanceRecord, node: NodeIdentity): boolean {
  return record.owner?.nodeId === node.nodeId && record.owner.epoch === node.epoch;
}

export function rankOfInstance({ record, queuedAt }: StoredInstance): number {
  return rankOf(queuedAt ?? record.wakeAt ?? 0, record.priority);
}

export function eventMapKey(tenantId: string | null, id: string): string {
  return JSON.stringify([tenantKey(tenantId), id]);
}
