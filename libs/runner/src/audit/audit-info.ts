import type { AuditAction, AuditCaller, AuditDetails, AuditEntry } from '@workflow-runner/contract';
import type { AuditResource, AuditResult, AuditSeal } from '@workflow-runner/contract';

/** One entry of the audit trail: who asked for what, and what became of it. */
export interface AuditInfo {
  readonly id: string;
  /** When it became durable. */
  readonly at: Date;
  /** Null: nobody was known, as in a request without a token. */
  readonly caller: AuditCaller | null;
  readonly tenantId: string | null;
  readonly action: AuditAction;
  readonly resource: AuditResource;
  /** The instance it is about; null: another thing. */
  readonly instanceId: string | null;
  readonly workflowId: string | null;
  readonly result: AuditResult;
  readonly reason: string | null;
  readonly correlationId: string | null;
  /** Facts such as the name of an event, or how many refusals were gathered; never payloads. */
  readonly details: AuditDetails;
  /** Its place in a chain; null for a second after it was written. */
  readonly seal: AuditSeal | null;
}

export function toAuditInfo(entry: AuditEntry): AuditInfo {
  const { resource } = entry;
  return {
    ...entry,
    at: new Date(entry.at),
    instanceId: resource.kind === 'instance' ? resource.id : null,
  };
}
