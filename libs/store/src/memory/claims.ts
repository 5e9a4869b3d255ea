import {
  isEnded,
  NodeFencedError,
  type ClaimRequest,
  type LoadedInstance,
  type NodeIdentity,
  type PutOff,
} from '@workflow-runner/contract';
import { claimedAs, isFinal, isWakeable } from '../shared/standing.js';
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
    .sort((a, b) => rankOfInstance(a) - rankOfInstance(b) || a.seq - b.seq);
  const taken: LoadedInstance[] = [];
  for (const instance of inOrder) {
    if (taken.length === request.limit) break;
    const slot = gate.slotFor(instance);
    if (slot === undefined) continue;
    take(state, node, instance, now);
    state.hold(instance, slot);
    const { id, revision } = instance.record;
    taken.push(request.cached?.(id) === revision ? withoutImage(instance) : loaded(instance));
  }
  return taken;
}

function take(state: MemoryState, node: NodeIdentity, instance: StoredInstance, now: number): void {
  dequeue(state, instance);
  state.change(instance, {
    owner: node,
    fence: instance.record.fence + 1,
    ...claimedAs(instance.record),
    startedAt: instance.record.startedAt ?? now,
    updatedAt: now,
  });
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
  const waits = later && status === 'running';
  const wakeAt = later?.wakeAt ?? now;
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
