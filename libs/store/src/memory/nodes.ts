import type { NodeIdentity, NodeRecord, NodeRegistration, Pulse } from '@workflow-runner/contract';
import { dueWithoutOwner } from '../shared/standing.js';
import type { MemoryState } from './state.js';

export function join(state: MemoryState, asked: NodeRegistration, now: number): NodeIdentity {
  const before = state.nodes.get(asked.nodeId)?.record;
  if (before) takeover(state, before, now);
  const node = { nodeId: asked.nodeId, epoch: (before?.epoch ?? 0) + 1 };
  const record: NodeRecord = {
    ...node,
    beat: 0,
    state: 'alive',
    provenGone: false,
    leaseMs: asked.leaseMs,
    workflowIds: [...asked.workflowIds],
    startedAt: now,
  };
  state.nodes.set(node.nodeId, { record, rung: false });
  return node;
}

export function beat(state: MemoryState, node: NodeIdentity, workflowIds: readonly string[]): Pulse {
  const kept = state.nodes.get(node.nodeId);
  if (!kept || !state.isAlive(node)) return { alive: false, rung: false };
  const rung = kept.rung;
  kept.record = { ...kept.record, beat: kept.record.beat + 1, workflowIds: [...workflowIds] };
  kept.rung = false;
  return { alive: true, rung };
}

/** @returns how many instances it gave back */
export function leave(state: MemoryState, node: NodeIdentity, now: number): number {
  if (!state.isAlive(node)) return 0;
  end(state, node, 'left');
  const owned = state.ownedBy(node);
  for (const instance of owned) {
    const wakeAt = dueWithoutOwner(instance.record, instance.inbox.length > 0, now);
    state.change(instance, { owner: null, wakeAt, updatedAt: now });
  }
  return owned.length;
}

export function takeover(state: MemoryState, dead: NodeIdentity, now: number): string[] {
  if (state.isAlive(dead)) end(state, dead, 'dead');
  const owned = state.ownedBy(dead);
  for (const instance of owned) {
    const wakeAt = dueWithoutOwner(instance.record, instance.inbox.length > 0, now);
    state.change(instance, {
      owner: null,
      fence: instance.record.fence + 1,
      crashes: instance.record.crashes + (wakeAt > now ? 0 : 1),
      wakeAt,
      updatedAt: now,
    });
  }
  return owned.map(({ record }) => record.id);
}

export function hold(state: MemoryState, role: string, node: NodeIdentity): boolean {
  if (!state.isAlive(node)) return false;
  const holder = state.roles.get(role);
  if (holder && state.isAlive(holder)) return holder.nodeId === node.nodeId;
  state.roles.set(role, node);
  return true;
}

function end(state: MemoryState, node: NodeIdentity, how: 'left' | 'dead'): void {
  const kept = state.nodes.get(node.nodeId);
  if (kept) kept.record = { ...kept.record, state: how, provenGone: how === 'left' };
}
