import type { Caller, ControlMark, Failure, InstanceRecord, InstanceStatus } from '@workflow-runner/contract';
import type { Origin, Priority } from '@workflow-runner/contract';

/** A row of `instances` as SQLite gives it, without its snapshot. */
export interface InstanceRow {
  readonly seq: number;
  readonly id: string;
  readonly tenant: string;
  readonly name_space: string;
  readonly name: string;
  readonly version: string;
  readonly workflow_id: string;
  readonly definition_hash: string;
  readonly status: InstanceStatus;
  readonly status_reason: string | null;
  readonly priority: Priority;
  readonly wake_at: number | null;
  readonly owner_node: string | null;
  readonly owner_epoch: number | null;
  readonly fence: number;
  readonly revision: number;
  readonly snapshot_revision: number;
  readonly crashes: number;
  readonly control: string | null;
  readonly failure: string | null;
  readonly created_at: number;
  readonly started_at: number | null;
  readonly updated_at: number;
  readonly ended_at: number | null;
  readonly paused_at: number | null;
  readonly paused_ms: number;
  readonly deadline_at: number | null;
  readonly overdue_at: number | null;
  readonly correlation_id: string | null;
  readonly traceparent: string | null;
  readonly caller: string;
  readonly origin: string;
  readonly concurrency_key: string | null;
  readonly idempotency_key: string | null;
  readonly tags: string;
}

const FIXED = `seq, id, tenant, name_space, name, version, workflow_id, definition_hash, status, status_reason,
  priority, wake_at, owner_node, owner_epoch, fence, snapshot_revision, crashes, control, failure, created_at,
  started_at, ended_at, paused_at, paused_ms, deadline_at, overdue_at, correlation_id, traceparent, caller, origin,
  concurrency_key, idempotency_key, tags`;

/** For rows without an owner, which say everything themselves. */
export const OWN_COLUMNS = `${FIXED}, revision, updated_at`;

/** For any row: while it has an owner its newest journal row says the revision and the last change. */
export const CURRENT_COLUMNS = `${FIXED},
  CASE WHEN owner_node IS NULL THEN revision ELSE max(revision, coalesce(
    (SELECT max(j.revision) FROM journal j WHERE j.instance = instances.seq), 0)) END AS revision,
  CASE WHEN owner_node IS NULL THEN updated_at ELSE max(updated_at, coalesce(
    (SELECT j.at FROM journal j WHERE j.instance = instances.seq ORDER BY j.revision DESC LIMIT 1), 0)) END
    AS updated_at`;

export function toRecord(row: InstanceRow): InstanceRecord {
  const owned = row.owner_node !== null && row.owner_epoch !== null;
  return {
    id: row.id,
    tenantId: row.tenant === '' ? null : row.tenant,
    nameSpace: row.name_space,
    name: row.name,
    version: row.version,
    workflowId: row.workflow_id,
    priority: row.priority,
    correlationId: row.correlation_id,
    traceparent: row.traceparent,
    caller: JSON.parse(row.caller) as Caller,
    origin: JSON.parse(row.origin) as Origin,
    concurrencyKey: row.concurrency_key,
    idempotencyKey: row.idempotency_key,
    tags: JSON.parse(row.tags) as Record<string, string>,
    deadlineAt: row.deadline_at,
    definitionHash: row.definition_hash,
    status: row.status,
    statusReason: row.status_reason,
    wakeAt: row.wake_at,
    overdueAt: row.overdue_at,
    owner: owned ? { nodeId: row.owner_node, epoch: row.owner_epoch } : null,
    fence: row.fence,
    revision: row.revision,
    snapshotRevision: row.snapshot_revision,
    control: readJson<ControlMark>(row.control),
    failure: readJson<Failure>(row.failure),
    crashes: row.crashes,
    createdAt: row.created_at,
    startedAt: row.started_at,
    updatedAt: row.updated_at,
    endedAt: row.ended_at,
    pausedAt: row.paused_at,
    pausedMs: row.paused_ms,
  };
}

export function readJson<T>(text: string | null): T | null {
  return text === null ? null : (JSON.parse(text) as T);
}

export function writeJson(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}
