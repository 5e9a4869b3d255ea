import { checkSize, encode, type AttemptStatus } from '@workflow-runner/contract';
import { PointerStatus } from 'workflow-es';
import type { CompiledStep } from '../definition/compiled-definition.js';
import type { Pointer } from '../state/pointer.js';
import type { Draft } from './draft.js';
import { successorsOf } from './outcomes.js';
import type { StepResult } from './primitives.js';
import { branch, finish, settle, settlingAround } from './scopes.js';
import { takeSignal, waitForEvent } from './waits.js';

/** What the journal says of the attempt. */
export interface AppliedResult {
  readonly status: AttemptStatus;
  readonly outcome: string | null;
}

/**
 * Carries out what a step body asked for. The data must be settled before (output mappers run).
 * @throws {DataNotSerializableError} @throws {DataTooLargeError} before anything was changed
 */
export function applyResult(
  draft: Draft,
  pointer: Pointer,
  result: StepResult,
  outputBytes: number,
): AppliedResult {
  const outcome = result.outcomeValue == null ? null : encode(result.outcomeValue, 'outcome');
  if (outcome !== null) checkSize('Outcome', outcome, outputBytes);
  const persistenceData = storable(result.persistenceData, outputBytes);
  for (const value of result.branchValues ?? []) checkSize('Item', encode(value, 'item'), outputBytes);
  const step = draft.stepOf(pointer);
  const successors = result.proceed ? successorsOf(step, draft.state.data, result.outcomeValue) : [];

  draft.touch(pointer);
  draft.touchLocal(pointer.localKey);
  pointer.startTime ??= new Date(draft.now);
  pointer.marked = false;
  pointer.persistenceData = persistenceData;
  pointer.outcome = result.outcomeValue ?? null;
  if (result.proceed) {
    draft.tell.push('step.completed');
    complete(draft, pointer, successors);
    return { status: pointer.undoes ? 'compensated' : 'completed', outcome };
  }
  return { status: goOn(draft, pointer, step, result), outcome };
}

function complete(draft: Draft, pointer: Pointer, successors: readonly number[]): void {
  if (settlingAround(draft, pointer) === undefined)
    finish(draft, pointer, PointerStatus.Complete, successors);
  else settle(draft, pointer, PointerStatus.Complete);
}

function goOn(draft: Draft, pointer: Pointer, step: CompiledStep, result: StepResult): AttemptStatus {
  // Its scope winds down: what it wants to do next will not happen.
  if (settlingAround(draft, pointer) !== undefined) {
    settle(draft, pointer, PointerStatus.Failed);
    return 'aborted';
  }
  if (result.branchValues?.length > 0) {
    pointer.status = PointerStatus.Running;
    pointer.sleepUntil = null;
    // An empty body has no children: there is nothing to repeat, whatever the condition says.
    if (branch(draft, pointer, result.branchValues, step) === 0) {
      finish(draft, pointer, PointerStatus.Complete, successorsOf(step, draft.state.data, null));
    }
    return 'branched';
  }
  pointer.sleepUntil = result.sleep ? result.sleep.getTime() : null;
  if (result.eventName) {
    waitForEvent(draft, pointer, result.eventName, result.eventKey, result.eventAsOf);
    if (takeSignal(draft, pointer)) draft.ready(pointer);
    return 'waiting';
  }
  if (pointer.sleepUntil !== null && pointer.sleepUntil > draft.now) {
    pointer.status = PointerStatus.Sleeping;
    return 'sleeping';
  }
  pointer.status = PointerStatus.Pending;
  pointer.readyAt = draft.now;
  draft.ready(pointer);
  return 'yielded';
}

/** Persistence data as a restart would find it: an instance of a helper class becomes a plain object. */
function storable(value: unknown, outputBytes: number): unknown {
  if (value == null) return null;
  const plain = isFieldBag(value) ? { ...value } : value;
  if (plain !== true) checkSize('Persistence data', encode(plain, 'persistenceData'), outputBytes);
  return plain;
}

function isFieldBag(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return false;
  return !(
    value instanceof Date ||
    value instanceof Map ||
    value instanceof Set ||
    value instanceof Uint8Array
  );
}
