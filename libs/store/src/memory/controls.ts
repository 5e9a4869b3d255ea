import type { ControlReceipt, ControlRequest, NewSignal } from '@workflow-runner/contract';
import { admits, markTime } from '../shared/control-verdict.js';
import { signalMessage } from '../shared/signal-message.js';
import { isFinal } from '../shared/standing.js';
import { stir } from './events.js';
import type { MemoryState, StoredInstance } from './state.js';

const UNKNOWN: ControlReceipt = { verdict: 'unknown', status: null, ownerNodeId: null };

export function control(state: MemoryState, asked: ControlRequest, now: number): ControlReceipt {
  const instance = visible(state, asked.instanceId, asked.tenantId);
  if (!instance) return UNKNOWN;
  const { status, control: standing, owner, wakeAt } = instance.record;
  if (!admits(status, standing, asked.mark.action)) return receipt('refused', instance);
  const at = markTime(now, instance.lastMarkAt);
  instance.lastMarkAt = at;
  state.change(instance, {
    control: { ...asked.mark, at },
    wakeAt: owner ? wakeAt : Math.min(wakeAt ?? now, now),
    updatedAt: now,
  });
  stir(state, instance, now);
  return receipt('accepted', instance);
}

export function send(state: MemoryState, signal: NewSignal, now: number): ControlReceipt {
  const instance = visible(state, signal.instanceId, signal.tenantId);
  if (!instance) return UNKNOWN;
  if (isFinal(instance.record.status)) return receipt('refused', instance);
  if (instance.signals.has(signal.id)) return receipt('accepted', instance);
  instance.signals.add(signal.id);
  instance.inbox.push(signalMessage(signal, now));
  stir(state, instance, now);
  return receipt('accepted', instance);
}

function visible(state: MemoryState, id: string, tenantId: string | null): StoredInstance | undefined {
  const instance = state.instances.get(id);
  return tenantId === null || instance?.record.tenantId === tenantId ? instance : undefined;
}

function receipt(verdict: 'accepted' | 'refused', { record }: StoredInstance): ControlReceipt {
  return { verdict, status: record.status, ownerNodeId: record.owner?.nodeId ?? null };
}
