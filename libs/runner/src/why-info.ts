import type { InstanceStatus } from '@workflow-runner/contract';
import type { InstanceSnapshot, PointerExplanation } from '@workflow-runner/engine';
import { standingControl, type ControlInfo } from './control-info.js';

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
  /** What was asked of it last; null: nothing so far. */
  readonly control: ControlInfo | null;
  /** Empty when it has completed or was cancelled. */
  readonly pointers: readonly PointerInfo[];
}

/** @param granted what was granted last */
export function toWhyInfo(
  snapshot: InstanceSnapshot,
  granted: ControlInfo | null,
  pointers: readonly PointerExplanation[],
): WhyInfo {
  const { id: instanceId, status, statusReason, control: mark } = snapshot.record;
  const control = mark ? standingControl(mark) : granted;
  return { instanceId, status, statusReason, control, pointers: pointers.map(withDates) };
}

function withDates({ since, until, ...rest }: PointerExplanation): PointerInfo {
  return {
    ...rest,
    ...(since !== undefined && { since: new Date(since) }),
    ...(until !== undefined && { until: new Date(until) }),
  };
}
