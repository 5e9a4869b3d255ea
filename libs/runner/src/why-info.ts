import type { InstanceStatus } from '@workflow-runner/contract';
import type { InstanceSnapshot, PointerExplanation } from '@workflow-runner/engine';

/** What one pointer waits for, since when and, where that is known, until when. */
export interface PointerInfo extends Omit<PointerExplanation, 'since' | 'until'> {
  readonly since?: Date;
  readonly until?: Date;
}

/** Why an instance stands where it stands. */
export interface WhyInfo {
  readonly instanceId: string;
  readonly status: InstanceStatus;
  readonly statusReason: string | null;
  /** Empty when it has completed or was cancelled. */
  readonly pointers: readonly PointerInfo[];
}

export function toWhyInfo(snapshot: InstanceSnapshot, pointers: readonly PointerExplanation[]): WhyInfo {
  const { id: instanceId, status, statusReason } = snapshot.record;
  return { instanceId, status, statusReason, pointers: pointers.map(withDates) };
}

function withDates({ since, until, ...rest }: PointerExplanation): PointerInfo {
  return {
    ...rest,
    ...(since !== undefined && { since: new Date(since) }),
    ...(until !== undefined && { until: new Date(until) }),
  };
}
