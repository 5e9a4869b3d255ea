import type { InstanceRecord, NewInstance } from '@workflow-runner/contract';

/**
 * A start as its first record. `claimed` says that the node which asked for it may have it.
 * Written out field by field: a spread of so many fields costs ten times as much, for each start.
 */
export function firstRecord(start: NewInstance, claimed: boolean, now: number): InstanceRecord {
  const owner = claimed ? start.claimBy : null;
  const delayed = start.delayUntil !== null && start.delayUntil > now ? start.delayUntil : now;
  return {
    id: start.id,
    tenantId: start.tenantId,
    nameSpace: start.nameSpace,
    name: start.name,
    version: start.version,
    workflowId: start.workflowId,
    priority: start.priority,
    correlationId: start.correlationId,
    traceparent: start.traceparent,
    caller: start.caller,
    origin: start.origin,
    concurrencyKey: start.concurrencyKey,
    idempotencyKey: start.idempotencyKey,
    tags: start.tags,
    deadlineAt: start.deadlineAt,
    definitionHash: start.definitionHash,
    status: owner ? 'running' : 'pending',
    statusReason: null,
    // A deadline counts while it is delayed, too.
    wakeAt: start.deadlineAt === null ? delayed : Math.max(now, Math.min(delayed, start.deadlineAt)),
    overdueAt: start.deadlineAt,
    owner,
    fence: owner ? 1 : 0,
    revision: 0,
    snapshotRevision: 0,
    control: null,
    failure: null,
    crashes: 0,
    createdAt: now,
    startedAt: owner ? now : null,
    updatedAt: now,
    endedAt: null,
    pausedAt: null,
    pausedMs: 0,
  };
}
