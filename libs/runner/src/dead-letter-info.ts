import type { InstanceRecord } from '@workflow-runner/contract';
import { toInstanceSummary, type InstanceError, type InstanceSummary } from './instance-info.js';

/** A failed instance: what a person needs to decide whether it is retried or discarded. */
export interface DeadLetter extends Omit<
  InstanceSummary,
  'status' | 'statusReason' | 'completedAt' | 'error'
> {
  /** Null only where none was kept. */
  readonly error: InstanceError | null;
  /** Attempts of the step that failed it. */
  readonly attempts: number;
  /** The pointer that failed it, for a retry from there; null when no step is to blame. */
  readonly pointerId: string | null;
  readonly failedAt: Date;
}

/** @param record of a failed instance */
export function toDeadLetter(record: InstanceRecord): DeadLetter {
  const { failure, endedAt, updatedAt } = record;
  const {
    status: _status,
    statusReason: _reason,
    completedAt: _end,
    error = null,
    ...summary
  } = toInstanceSummary(record);
  const { attempt: attempts = 0, pointerId = null } = failure ?? {};
  return { ...summary, error, attempts, pointerId, failedAt: new Date(endedAt ?? updatedAt) };
}
