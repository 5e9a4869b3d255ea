import type { CreateReceipt, NewInstance } from '@workflow-runner/contract';
import { ofStart } from '../shared/audit-facts.js';
import { CREATED_ENTRY } from '../shared/created-entry.js';
import { firstRecord } from '../shared/first-record.js';
import { tenantKey } from '../shared/matching.js';
import { enqueue, slotForStart } from './slots.js';
import type { MemoryState } from './state.js';

const NO_SLOT = { slot: null, queues: false } as const;

export function start(state: MemoryState, asked: NewInstance, now: number): CreateReceipt {
  if (state.instances.has(asked.id)) return { verdict: 'existing', instanceId: asked.id };
  const key = asked.idempotencyKey;
  if (key !== null) {
    const mapKey = JSON.stringify([tenantKey(asked.tenantId), `${asked.nameSpace}.${asked.name}`, key]);
    const kept = state.keys.get(mapKey);
    if (kept) {
      return {
        verdict: kept.digest === asked.digest ? 'existing' : 'conflict',
        instanceId: kept.instanceId,
      };
    }
    state.keys.set(mapKey, { instanceId: asked.id, digest: asked.digest, createdAt: now });
  }
  const claimed = asked.claimBy !== null && state.isAlive(asked.claimBy);
  const { slot, queues } = claimed ? slotForStart(state, asked, now) : NO_SLOT;
  const record = firstRecord(asked, claimed && !queues, now);
  const instance = state.add(record, asked.snapshot);
  if (queues) enqueue(state, instance, now);
  else state.hold(instance, slot);
  if (instance.record.owner === null) state.append(instance, 0, CREATED_ENTRY, null, now);
  if (asked.audit) state.audit.append(ofStart(asked.audit, asked, now));
  state.count('started', record.workflowId, now);
  return { verdict: 'created', record: instance.record };
}
