import type { FailureCategory, InstanceRecord, InstanceStatus, Priority } from '@workflow-runner/contract';
import type { InstanceSnapshot } from '@workflow-runner/engine';

/** Why an instance failed, as a person reads it. */
export interface InstanceError {
  readonly message: string;
  readonly code: string | null;
  readonly category: FailureCategory;
  /** Name of the step; null when no step is to blame. */
  readonly step: string | null;
  readonly attempt: number;
}

/** An instance as lists show it, without its data. */
export interface InstanceSummary {
  readonly id: string;
  /** Full id, `nameSpace.name@version`. */
  readonly workflowId: string;
  readonly version: string;
  readonly status: InstanceStatus;
  /** Why it has that status: `DEADLINE`, `slot`, `definition-changed`, `unreadable`, what a caller gave; null when nothing is to be said. */
  readonly statusReason: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly tenantId: string | null;
  readonly correlationId: string | null;
  readonly priority: Priority;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  /** When it ended, in whichever way. */
  readonly completedAt: Date | null;
  /** Only of a failed instance, or of one that ended with an error. */
  readonly error?: InstanceError;
  readonly revision: number;
}

/** An instance with its data, as it was at `revision`. */
export interface InstanceInfo<TData = unknown> extends InstanceSummary {
  readonly data: TData;
}

export function toInstanceInfo({ record, data }: InstanceSnapshot): InstanceInfo {
  return { ...toInstanceSummary(record), data };
}

export function toInstanceSummary(record: InstanceRecord): InstanceSummary {
  const { failure } = record;
  return {
    id: record.id,
    workflowId: record.workflowId,
    version: record.version,
    status: record.status,
    statusReason: record.statusReason,
    tags: record.tags,
    tenantId: record.tenantId,
    correlationId: record.correlationId,
    priority: record.priority,
    createdAt: new Date(record.createdAt),
    startedAt: dateOf(record.startedAt),
    completedAt: dateOf(record.endedAt),
    ...(failure && {
      error: {
        message: failure.message,
        code: failure.code,
        category: failure.category as FailureCategory,
        step: failure.step,
        attempt: failure.attempt,
      },
    }),
    revision: record.revision,
  };
}

function dateOf(at: number | null): Date | null {
  return at === null ? null : new Date(at);
}
