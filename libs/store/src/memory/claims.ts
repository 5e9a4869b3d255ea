import {
  isEnded,
  NodeFencedError,
  type ClaimRequest,
  type InstanceRecord,
  type LoadedInstance,
  type NodeIdentity,
  type PutOff,
} from '@workflow-runner/contract';
import { claimedAs, dueWithoutOwner, isFinal, isWakeable } from '../shared/standing.js';
import { ClaimLimits } from '../shared/slots.js';
import { dequeue, queuedFor, SlotGate } from './slots.js';
import { isOwner, rankOfInstance, type MemoryState, type StoredInstance } from './state.js';

export function claim(
  state: MemoryState,
  node: NodeIdentity,
  request: ClaimRequest,
  now: number,
): LoadedInstance[] {
  if (!state.isAlive(node)) throw new NodeFencedError(node.nodeId, node.epoch);
  const may = new Set(request.workflowIds);
  const limits = new ClaimLimits(request);
  const gate = new SlotGate(state, request, limits, now);
  const inOrder = candidates(state, request, limits, now)
    .filter((instance) => isClaimable(instance, may) || isOverdue(instance, now))
    .sort(byRank);
  const taken: LoadedInstance[] = [];
  for (const instance of inOrder) {
    if (taken.length === request.limit) break;
    const slot = gate.slotFor(instance);
    if (slot === undefined) continue;
    dequeue(state, instance);
    const startedAt = instance.record.startedAt ?? now;
    take(state, node, instance, now, { ...claimedAs(instance.record), startedAt });
    state.hold(instance, slot);
    taken.push(claimed(instance, request));
  }
  const left = request.limit - taken.length;
  for (const instance of sleepers(state, request, limits, now).slice(0, left)) {
    take(state, node, instance, now);
    taken.push(claimed(instance, request));
  }
  return taken;
}

/** What will be due soon and waits for that moment alone, in the order of rank. */
function sleepers(
  state: MemoryState,
  { aheadMs, instanceIds }: ClaimRequest,
  limits: ClaimLimits,
  now: number,
): StoredInstance[] {
  if (aheadMs === undefined || instanceIds) return [];
  const may = new Set(limits.unlimited);
  return [...state.waiting]
    .filter(({ record: { status, statusReason, wakeAt, workflowId } }) => {
      const sleeps = status === 'waiting' && statusReason === null;
      return sleeps && wakeAt !== null && wakeAt > now && wakeAt <= now + aheadMs && may.has(workflowId);
    })
    .sort(byRank);
}

function take(
  state: MemoryState,
  node: NodeIdentity,
  instance: StoredInstance,
  now: number,
  changes: Partial<InstanceRecord> = {},
): void {
  const fence = instance.record.fence + 1;
  state.change(instance, { owner: node, fence, updatedAt: now, ...changes });
}

function claimed(instance: StoredInstance, request: ClaimRequest): LoadedInstance {
  const { id, revision } = instance.record;
  return request.cached?.(id) === revision ? withoutImage(instance) : loaded(instance);
}

export function markRunning(
  state: MemoryState,
  node: NodeIdentity,
  instances: readonly Pick<InstanceRecord, 'id' | 'fence'>[],
  now: number,
): void {
  for (const { id, fence } of instances) {
    const instance = state.instances.get(id);
    if (!instance || !isOwner(instance.record, node) || instance.record.fence !== fence) continue;
    if (instance.record.status === 'waiting')
      state.change(instance, { ...claimedAs(instance.record), updatedAt: now });
  }
}

export function loaded(instance: StoredInstance): LoadedInstance {
  const { record, snapshot, journal, inbox } = instance;
  const tail = journal.filter((row) => row.revision > record.snapshotRevision).map((row) => row.change);
  return { record, snapshot, tail, inbox: [...inbox] };
}

export interface Release {
  readonly node: NodeIdentity;
  readonly instanceId: string;
  readonly fence: number;
  readonly later: PutOff | undefined;
}

/** @returns false when the node does not own it (any more) */
export function release(
  state: MemoryState,
  { node, instanceId, fence, later }: Release,
  now: number,
): boolean {
  const instance = state.instances.get(instanceId);
  if (!instance || !isOwner(instance.record, node) || instance.record.fence !== fence) return false;
  const { status, overdueAt } = instance.record;
  const waits = later && (status === 'running' || status === 'waiting');
  const wakeAt = later?.wakeAt ?? dueWithoutOwner(instance.record, instance.inbox.length > 0, now);
  state.change(instance, {
    owner: null,
    wakeAt,
    overdueAt: overdueAt === null ? null : Math.max(overdueAt, wakeAt),
    updatedAt: now,
    ...(waits && { status: 'waiting', statusReason: later.statusReason }),
  });
  return true;
}

export function mail(state: MemoryState, node: NodeIdentity): Pick<LoadedInstance, 'record' | 'inbox'>[] {
  const kept = state.nodes.get(node.nodeId);
  if (kept && state.isAlive(node)) kept.rung = false;
  return state
    .ownedBy(node)
    .filter(({ record, inbox }) => record.control !== null || inbox.length > 0)
    .map(({ record, inbox }) => ({ record, inbox: [...inbox] }));
}

export function nextDueAt(state: MemoryState, workflowIds: readonly string[] | undefined): number | null {
  const may = workflowIds && new Set(workflowIds);
  let next = Infinity;
  for (const instance of state.waiting) {
    const { wakeAt, overdueAt } = instance.record;
    next = Math.min(next, (isClaimable(instance, may) ? wakeAt : overdueAt) ?? Infinity);
  }
  for (const { event, delivered } of state.events.values()) {
    if (!delivered) next = Math.min(next, event.time);
  }
  return next === Infinity ? null : next;
}

function candidates(
  state: MemoryState,
  request: ClaimRequest,
  limits: ClaimLimits,
  now: number,
): StoredInstance[] {
  if (!request.instanceIds) {
    const due = [...state.waiting].filter(({ record }) => (record.wakeAt ?? Infinity) <= now);
    return [...new Set([...due, ...queuedFor(state, limits)])];
  }
  return [...new Set(request.instanceIds)]
    .map((id) => state.instances.get(id))
    .filter((instance) => instance !== undefined)
    .filter(({ record }) => record.owner === null);
}

function byRank(a: StoredInstance, b: StoredInstance): number {
  return rankOfInstance(a) - rankOfInstance(b) || a.seq - b.seq;
}

function isClaimable({ record }: StoredInstance, may: ReadonlySet<string> | undefined): boolean {
  if (isFinal(record.status)) return false;
  // Only a node with the workflow knows what is to be accepted.
  if (record.control !== null && record.control.action !== 'accept') return true;
  const open = isWakeable(record.status) || record.status === 'paused';
  return open && (may === undefined || may.has(record.workflowId));
}

/** Its deadline has passed and nobody has noticed: whoever comes first does. */
function isOverdue({ record }: StoredInstance, now: number): boolean {
  return !isEnded(record.status) && record.overdueAt !== null && record.overdueAt <= now;
}

function withoutImage(instance: StoredInstance): LoadedInstance {
  return { record: instance.record, snapshot: '', tail: [], inbox: [...instance.inbox] };
}
