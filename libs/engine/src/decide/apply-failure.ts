import type { AttemptStatus, Failure, FailureCategory, FailureDecision } from '@workflow-runner/contract';
import { PointerStatus, WorkflowErrorHandling } from 'workflow-es';
import type { Pointer } from '../state/pointer.js';
import type { Draft } from './draft.js';
import { end, settle, settlingAround } from './scopes.js';
import { settled, terminate, windDown } from './undo.js';

/** One failed attempt, as the decision needs it. */
export interface AttemptFailure {
  readonly message: string;
  readonly code: string | null;
  readonly category: FailureCategory;
  /** What the policy says where the author has chosen nothing; asked only when it counts. */
  readonly policy: () => FailureDecision;
}

/**
 * Decides what a failed attempt means. Order: the step's own `onError`, compensation in scope, the definition's own
 * choice, the policy. Never ends in `completed`.
 */
export function applyFailure(draft: Draft, pointer: Pointer, failure: AttemptFailure): AttemptStatus {
  draft.touch(pointer);
  draft.touchLocal(pointer.localKey);
  pointer.startTime ??= new Date(draft.now);
  pointer.marked = false;
  draft.tell.push('step.failed');
  const winding = settlingAround(draft, pointer);
  if (winding !== undefined) return failWhileWindingDown(draft, pointer, winding);

  const step = draft.stepOf(pointer);
  if (step.behavior !== null && !(step.isSaga && pointer.undo)) {
    if (step.behavior !== WorkflowErrorHandling.Compensate) {
      return obey(draft, pointer, failure, step.behavior, step.retryInterval);
    }
  }
  const handler = handlerOf(draft, pointer);
  if (handler) return compensate(draft, pointer, handler);
  const { errorBehavior, retryInterval } = draft.definition;
  if (errorBehavior !== null && errorBehavior !== WorkflowErrorHandling.Compensate) {
    return obey(draft, pointer, failure, errorBehavior, retryInterval);
  }
  const decision = failure.policy();
  if (decision.action === 'retry') return retryLater(draft, pointer, decision.delayMs);
  return failForGood(draft, pointer, failure);
}

function obey(
  draft: Draft,
  pointer: Pointer,
  failure: AttemptFailure,
  behavior: number,
  interval: number,
): AttemptStatus {
  switch (behavior) {
    case WorkflowErrorHandling.Retry:
      return retryLater(draft, pointer, interval);
    case WorkflowErrorHandling.Suspend:
      draft.state.flow.failure = failureOf(draft, pointer, failure);
      pointer.status = PointerStatus.Failed;
      pointer.retryCount += 1;
      draft.state.flow.suspended = `step ${draft.stepOf(pointer).name} failed`;
      draft.touchFlow();
      return 'failed';
    default:
      draft.state.flow.failure = failureOf(draft, pointer, failure);
      pointer.status = PointerStatus.Failed;
      terminate(draft, `terminated by step ${draft.stepOf(pointer).name}`);
      return 'failed';
  }
}

function retryLater(draft: Draft, pointer: Pointer, delayMs: number): AttemptStatus {
  draft.stepOf(pointer).model.primeForRetry(pointer as never);
  pointer.retryCount += 1;
  pointer.active = true;
  pointer.sleepUntil = delayMs > 0 ? draft.now + delayMs : null;
  pointer.status = delayMs > 0 ? PointerStatus.Sleeping : PointerStatus.Pending;
  if (delayMs > 0) return 'retrying';
  pointer.readyAt = draft.now;
  draft.ready(pointer);
  return 'retrying';
}

/** The instance stands in the dead-letter inbox; a retry goes on from this pointer. */
function failForGood(draft: Draft, pointer: Pointer, failure: AttemptFailure): AttemptStatus {
  const { flow } = draft.state;
  flow.failure = failureOf(draft, pointer, failure);
  pointer.status = PointerStatus.Failed;
  pointer.retryCount += 1;
  flow.halted = true;
  draft.touchFlow();
  return 'failed';
}

function failureOf(draft: Draft, pointer: Pointer, failure: AttemptFailure): Failure {
  return {
    message: failure.message,
    code: failure.code,
    category: failure.category,
    pointerId: pointer.id,
    step: draft.stepOf(pointer).name,
    attempt: pointer.retryCount + 1,
    at: draft.now,
  };
}

/**
 * Who takes care of a failure by compensating: the step itself outside a saga, else the innermost saga in which
 * anything has a compensation, else another container with a compensation. Null inside a compensation: those that fail for good end the instance.
 */
function handlerOf(draft: Draft, pointer: Pointer): Pointer | null {
  if (draft.state.flow.ending || pointer.undoes) return null;
  const containers = pointer.scope.map((id) => draft.state.pointers.get(id)).filter((c) => c !== undefined);
  if (containers.some((container) => container.undo)) return null;
  const around = containers.reverse().find((container) => {
    const step = draft.stepOf(container);
    return step.isSaga ? step.sagaCompensates : step.compensationStepId !== null;
  });
  const own = draft.stepOf(pointer);
  if (own.isSaga && own.sagaCompensates) return pointer;
  if (own.compensationStepId !== null && !(around && draft.stepOf(around).isSaga)) return pointer;
  return around ?? null;
}

function compensate(draft: Draft, pointer: Pointer, handler: Pointer): AttemptStatus {
  if (handler !== pointer) {
    pointer.status = PointerStatus.Failed;
    end(draft, pointer);
  }
  windDown(draft, handler);
  return 'failed';
}

function failWhileWindingDown(draft: Draft, pointer: Pointer, handler: Pointer | null): AttemptStatus {
  if (!pointer.undoes) {
    settle(draft, pointer, PointerStatus.Failed);
    return 'aborted';
  }
  // A compensation that was under way when a scope around it began to wind down: it is tried again there, first.
  const list = handler ? handler.undo! : draft.state.flow.ending!.undo;
  list.unshift(pointer.undoes);
  if (handler) draft.touch(handler);
  else draft.touchFlow();
  draft.remove(pointer);
  settled(draft, handler);
  return 'failed';
}
