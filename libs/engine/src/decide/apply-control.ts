import { decode, type ControlMark } from '@workflow-runner/contract';
import { PointerStatus } from 'workflow-es';
import type { Draft } from './draft.js';
import { windDown } from './undo.js';

/**
 * Carries out a wish from outside. `pause` changes no state here: the host starts nothing more and the rest is
 * `paused`. After the others the caller looks for ready pointers anew.
 */
export function applyControl(
  draft: Draft,
  mark: Pick<ControlMark, 'action' | 'reason' | 'fromPointer' | 'data'>,
): void {
  switch (mark.action) {
    case 'resume':
      return resume(draft);
    case 'cancel':
      return beginEnding(draft, mark.reason, true);
    case 'terminate':
    case 'discard':
      return beginEnding(draft, mark.reason, false);
    case 'retry':
      return retry(draft, mark.fromPointer, mark.data);
    default:
  }
}

function resume(draft: Draft): void {
  const { flow } = draft.state;
  draft.tell.push('resumed');
  if (flow.suspended === null) return;
  flow.suspended = null;
  flow.failure = null;
  draft.touchFlow();
  revive(draft);
}

function retry(draft: Draft, fromPointer: string | undefined, data: string | undefined): void {
  const { flow } = draft.state;
  flow.halted = false;
  if (fromPointer === undefined) flow.failure = null;
  draft.touchFlow();
  if (data !== undefined) draft.state.data = decode(data);
  draft.tell.push('resumed');
  revive(draft, fromPointer);
}

/** Failed pointers may run again, with a fresh budget. */
function revive(draft: Draft, only?: string): void {
  for (const pointer of draft.state.pointers.values()) {
    if (!pointer.isOpen || pointer.status !== PointerStatus.Failed || pointer.settling) continue;
    if (only !== undefined && pointer.id !== only) continue;
    pointer.status = PointerStatus.Pending;
    pointer.active = true;
    pointer.retryCount = 0;
    pointer.crashes = 0;
    pointer.sleepUntil = null;
    pointer.readyAt = draft.now;
    draft.touch(pointer);
  }
}

/** Cancel, terminate or a passed deadline. Terminating what is being cancelled drops what is left to undo. */
export function beginEnding(draft: Draft, reason: string | null, compensate: boolean): void {
  const { flow } = draft.state;
  flow.suspended = null;
  flow.halted = false;
  const undo = compensate ? (flow.ending?.undo ?? []) : [];
  flow.ending = { reason, compensate, undo, settling: true };
  draft.touchFlow();
  windDown(draft, null);
}
