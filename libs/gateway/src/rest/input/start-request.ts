import type { Caller } from '@workflow-runner/contract';
import type { StartRequest } from '@workflow-runner/runner';
import type { StartItemDto } from '../dto/batch-start.dto.js';

/** One item of a batch as the runner takes it, on behalf of a caller and stamped with their tenant. */
export function startRequestOf(item: StartItemDto, caller: Caller): StartRequest {
  const { workflowId, version, data, idempotencyKey, priority, tags, delayUntil, deadline } = item;
  return {
    workflowId,
    version: version ?? null,
    data: data ?? {},
    idempotencyKey: idempotencyKey ?? null,
    correlationId: item.correlationId ?? caller.correlationId ?? null,
    tenantId: caller.tenantId,
    caller,
    ...(priority && { priority }),
    ...(tags && { tags }),
    ...(delayUntil && { delayUntil: new Date(delayUntil) }),
    ...(deadline && { deadline: new Date(deadline) }),
  };
}
