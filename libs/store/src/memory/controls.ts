import type { ControlReceipt, ControlRequest, NewSignal, SignalReceipt } from '@workflow-runner/contract';
import { ofControl, ofSignal } from '../shared/audit-facts.js';
import { admits, markTime } from '../shared/control-verdict.js';
import { signalMessage } from '../shared/signal-message.js';
import { isFinal } from '../shared/standing.js';
import { stir } from './events.js';
import type { MemoryState, StoredInstance } from './state.js';

const UNKNOWN = { verdict: 'unknown', status: null, ownerNodeId: null } as const;

export function control(state: MemoryState, asked: ControlRequest, now: number): ControlReceipt {
  const instance = visible(state, asked.instanceId, asked.tenantId);
  if (!instance) return UNKNOWN;
  if (instance.lastMarkId === asked.id) return receipt('accepted', instance);
  const { status, control: standing, owner, wakeAt } = instance.record;
  if (!admits(status, standing, asked.mark.action)) return receipt('refused', instance);
  const at = markTime(now, instance.lastMarkAt);
  instance.lastMarkAt = at;
  instance.lastMarkId = asked.id;
  state.change(instance, {
    control: { ...asked.mark, at },
    wakeAt: owner ? wakeAt : Math.min(wakeAt ?? now, now),
    updatedAt: now,
  });
  if (asked.audit) state.audit.append(ofControl(asked.audit, asked, instance.record, now));
  stir(state, instance, now);
  return receipt('accepted', instance);
}

export function send(state: MemoryState, signal: NewSignal, now: number): SignalReceipt {
  const instance = visible(state, signal.instanceId, signal.tenantId);
  if (!instance) return UNKNOWN;
  if (instance.signals.has(signal.id)) return receipt('accepted', instance);
  if (isFinal(instance.record.status)) return receipt('refused', instance);
  if (waitingBytes(instance) + signal.bytes > signal.limitBytes) return receipt('full', instance);
  instance.signals.set(signal.id, signal.bytes);
  instance.inbox.push(signalMessage(signal, now));
  if (signal.audit) state.audit.append(ofSignal(signal.audit, signal, instance.record, now));
  stir(state, instance, now);
  return receipt('accepted', instance);
}

/** What the signals count for that no step has waited for yet. */
function waitingBytes({ inbox, signals, keptSignalBytes }: StoredInstance): number {
  return inbox.reduce((sum, { id }) => sum + (signals.get(id) ?? 0), keptSignalBytes);
}

function visible(state: MemoryState, id: string, tenantId: string | null): StoredInstance | undefined {
  const instance = state.instances.get(id);
  return tenantId === null || instance?.record.tenantId === tenantId ? instance : undefined;
}

function receipt<V extends SignalReceipt['verdict']>(verdict: V, { record }: StoredInstance) {
  return { verdict, status: record.status, ownerNodeId: record.owner?.nodeId ?? null };
}
