import {
  ALLOWED_FROM,
  type ControlAction,
  type ControlMark,
  type InstanceStatus,
} from '@workflow-runner/contract';

const ENDING: readonly ControlAction[] = ['cancel', 'terminate'];

/**
 * Whether a wish may be written over what stands. A standing wish to end is overwritten only by one that ends at
 * least as fast: `cancel` by `cancel` or `terminate`, `terminate` by itself.
 */
export function admits(status: InstanceStatus, standing: ControlMark | null, action: ControlAction): boolean {
  if (!ALLOWED_FROM[action].includes(status)) return false;
  if (standing === null) return true;
  return ENDING.indexOf(action) >= ENDING.indexOf(standing.action);
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
