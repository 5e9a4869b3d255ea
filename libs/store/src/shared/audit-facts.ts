import type { AuditFacts, AuditNote, Commit, ControlRequest, NewEvent } from '@workflow-runner/contract';
import type { NewInstance, NewSignal } from '@workflow-runner/contract';

/** What is told of the instance that a change is about. */
interface Subject {
  readonly tenantId: string | null;
  readonly workflowId: string;
}

/** Entries of changes. Their ids follow from the changes, so that whoever copies an entry can tell it again. */
export function ofStart(note: AuditNote, { id, tenantId, workflowId }: NewInstance, at: number): AuditFacts {
  return facts(note, `start:${id}`, 'instance', id, tenantId, workflowId, at);
}

export function ofControl(
  note: AuditNote,
  { id, instanceId }: Pick<ControlRequest, 'id' | 'instanceId'>,
  { tenantId, workflowId }: Subject,
  at: number,
): AuditFacts {
  return facts(note, `control:${instanceId}/${id}`, 'instance', instanceId, tenantId, workflowId, at);
}

export function ofSignal(
  note: AuditNote,
  { id, instanceId }: Pick<NewSignal, 'id' | 'instanceId'>,
  { tenantId, workflowId }: Subject,
  at: number,
): AuditFacts {
  return facts(note, `signal:${instanceId}/${id}`, 'instance', instanceId, tenantId, workflowId, at);
}

export function ofEvent(note: AuditNote, { id, tenantId }: NewEvent, at: number): AuditFacts {
  return facts(note, `event:${tenantId ?? ''}/${id}`, 'event', id, tenantId, null, at);
}

export function ofCommit(
  note: AuditNote,
  { instanceId, revision, tenantId, workflowId }: Commit,
  at: number,
): AuditFacts {
  return facts(note, `commit:${instanceId}/${revision}`, 'instance', instanceId, tenantId, workflowId, at);
}

function facts(
  { caller, action, reason, correlationId, details }: AuditNote,
  id: string,
  kind: 'instance' | 'event',
  resourceId: string,
  tenantId: string | null,
  workflowId: string | null,
  at: number,
): AuditFacts {
  return {
    id,
    at,
    caller,
    tenantId,
    action,
    resource: { kind, id: resourceId },
    workflowId,
    result: 'success',
    reason,
    correlationId,
    details,
  };
}
