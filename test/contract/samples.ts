import { SYSTEM_CALLER, type NewInstance } from '@workflow-runner/contract';

/** A start that nobody has claimed. */
export function aStart(id: string, overrides: Partial<NewInstance> = {}): NewInstance {
  return {
    id,
    tenantId: null,
    nameSpace: 'contract',
    name: 'sample',
    version: '1.0.0',
    workflowId: 'contract.sample@1.0.0',
    priority: 'normal',
    correlationId: null,
    traceparent: null,
    caller: SYSTEM_CALLER,
    origin: { kind: 'call' },
    concurrencyKey: null,
    idempotencyKey: null,
    tags: {},
    deadlineAt: null,
    definitionHash: 'hash-1',
    snapshot: '{"at":0}',
    delayUntil: null,
    digest: 'digest-1',
    claimBy: null,
    slotLimit: null,
    ...overrides,
  };
}
