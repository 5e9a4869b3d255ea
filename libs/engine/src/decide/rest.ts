import type { InstanceStatus, Rest } from '@workflow-runner/contract';
import { PointerStatus } from 'workflow-es';
import type { InstanceState } from '../state/instance-state.js';

/** Why an instance is not running although it could be. */
export interface Hold {
  readonly status: Extract<InstanceStatus, 'paused' | 'waiting'>;
  readonly reason: string | null;
}

/** Earliest moment at which a pointer wants to go on by itself; null: none. */
export function nextWakeAt(state: InstanceState): number | null {
  let earliest: number | null = null;
  for (const pointer of state.pointers.values()) {
    if (!isAsleep(pointer.status) || pointer.sleepUntil === null || !pointer.isOpen) continue;
    if (earliest === null || pointer.sleepUntil < earliest) earliest = pointer.sleepUntil;
  }
  return earliest;
}

export function isAsleep(status: number): boolean {
  return status === PointerStatus.Sleeping || status === PointerStatus.WaitingForEvent;
}

/** How an instance comes to rest when nothing of it runs and nothing can start. */
export function restOf(
  state: InstanceState,
  ended: 'completed' | 'cancelled' | null,
  hold: Hold | null,
  deadlineAt: number | null,
): Rest {
  const { flow } = state;
  const { failure } = flow;
  const never = { wakeAt: null, overdueAt: null };
  if (ended === 'completed') return { status: 'completed', statusReason: null, ...never, failure: null };
  if (ended === 'cancelled')
    return { status: 'cancelled', statusReason: flow.ending?.reason ?? null, ...never, failure };
  if (flow.halted || hasFailed(state, hold, flow.suspended))
    return { status: 'failed', statusReason: failure?.code ?? null, ...never, failure };
  // Once the end has begun there is nothing left for the deadline to do.
  const overdueAt = flow.ending ? null : deadlineAt;
  const held = { wakeAt: overdueAt, overdueAt, failure };
  if (flow.suspended !== null) return { status: 'paused', statusReason: flow.suspended, ...held };
  if (hold) return { status: hold.status, statusReason: hold.reason, ...held };
  const wakeAt = earlier(nextWakeAt(state), overdueAt);
  return { status: 'waiting', statusReason: null, wakeAt, overdueAt, failure: null };
}

/** A failed pointer stands there and nothing else can move: part of a retry of one of several. */
function hasFailed(state: InstanceState, hold: Hold | null, suspended: string | null): boolean {
  if (hold || suspended !== null || state.flow.failure === null) return false;
  let failed = false;
  for (const pointer of state.pointers.values()) {
    if (!pointer.isOpen || pointer.open > 0) continue;
    if (pointer.status === PointerStatus.Failed && !pointer.settling) failed = true;
    else return false;
  }
  return failed;
}

export function earlier(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}
