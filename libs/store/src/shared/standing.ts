import { ALLOWED_FROM, isEnded } from '@workflow-runner/contract';
import type { ControlMark, InstanceRecord, InstanceStatus, Rest } from '@workflow-runner/contract';

/** The columns of an instance's own row that say where it stands. */
export type Standing = Pick<
  InstanceRecord,
  | 'status'
  | 'statusReason'
  | 'wakeAt'
  | 'overdueAt'
  | 'failure'
  | 'crashes'
  | 'endedAt'
  | 'pausedAt'
  | 'pausedMs'
  | 'control'
>;

/** Statuses that never change again. */
export function isFinal(status: InstanceStatus): boolean {
  return status === 'completed' || status === 'cancelled';
}

/**
 * Whether an owner must go on although it asked to rest, because something arrived that it has not seen.
 * `completed` and `cancelled` always end. `failed` keeps its inbox and gives way only to a wish that is possible
 * from there.
 * @param standing the mark that is left after what the commit honoured
 */
export function mustGoOn(rest: Rest, standing: ControlMark | null, unconsumed: number): boolean {
  if (isFinal(rest.status)) return false;
  if (rest.status === 'failed') return standing !== null && ALLOWED_FROM[standing.action].includes('failed');
  return standing !== null || unconsumed > 0;
}

/** How an instance stands once it rests. */
export function afterRest(before: Standing, rest: Rest, now: number): Standing {
  const ended = isEnded(rest.status);
  const pauses = rest.status === 'paused';
  return {
    status: rest.status,
    statusReason: rest.statusReason,
    wakeAt: ended ? null : rest.wakeAt,
    overdueAt: ended ? null : rest.overdueAt,
    failure: rest.failure,
    crashes: 0,
    endedAt: ended ? now : null,
    pausedAt: pauses ? (before.pausedAt ?? now) : null,
    pausedMs: pauses ? before.pausedMs : pausedMsAt(before, now),
    control: ended ? null : before.control,
  };
}

/** How an instance stands once its owner has committed something and goes on: a pause or a failure is over. */
export function afterGoingOn(before: Standing, now: number): Standing {
  if (before.status === 'running') return before;
  return {
    ...before,
    status: 'running',
    statusReason: null,
    failure: null,
    endedAt: null,
    pausedAt: null,
    pausedMs: pausedMsAt(before, now),
  };
}

/** How an instance stands that a node has claimed: paused and failed ones show what they are, and why, until a commit. */
export function claimedAs<T extends Pick<Standing, 'status' | 'statusReason'>>({ status, statusReason }: T) {
  if (status === 'paused' || status === 'failed') return { status, statusReason };
  return { status: 'running', statusReason: null } as const;
}

/**
 * When an instance is due whose owner is gone or does not go on with it: now, except that one which was claimed ahead of
 * its time and has nothing to begin for before it sleeps on. After now: it had not begun.
 */
export function dueWithoutOwner(
  { status, control, wakeAt }: Pick<Standing, 'status' | 'control' | 'wakeAt'>,
  hasMail: boolean,
  now: number,
): number {
  return status === 'waiting' && control === null && !hasMail ? (wakeAt ?? now) : now;
}

/** Statuses in which an event makes an instance due. */
export function isWakeable(status: InstanceStatus): boolean {
  return status === 'pending' || status === 'running' || status === 'waiting';
}

function pausedMsAt(before: Standing, now: number): number {
  return before.pausedMs + (before.pausedAt === null ? 0 : now - before.pausedAt);
}
