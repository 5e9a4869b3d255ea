import {
  ALLOWED_FROM,
  type ControlAction,
  type ControlMark,
  type InstanceStatus,
} from '@workflow-runner/contract';

/** How fast a wish ends an instance; the others do not. */
const HASTE: Partial<Record<ControlAction, number>> = { cancel: 1, discard: 2, terminate: 2 };

/**
 * Whether a wish may be written over what stands. A standing wish to end is overwritten only by one that ends at
 * least as fast: `cancel` by every wish to end, `terminate` and `discard` by themselves and each other.
 */
export function admits(status: InstanceStatus, standing: ControlMark | null, action: ControlAction): boolean {
  if (!ALLOWED_FROM[action].includes(status)) return false;
  if (standing === null) return true;
  return (HASTE[action] ?? 0) >= (HASTE[standing.action] ?? 0);
}

/** The moment a new mark gets: now, but always later than any mark this instance had before. */
export function markTime(now: number, lastMarkAt: number): number {
  return Math.max(now, lastMarkAt + 1);
}

/** What is left of a mark after a commit that honoured everything up to `honoured`. */
export function afterHonouring(standing: ControlMark | null, honoured: number | null): ControlMark | null {
  if (standing === null || honoured === null) return standing;
  return standing.at <= honoured ? null : standing;
}
