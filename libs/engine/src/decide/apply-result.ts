import { checkSize, decode, encode, type AttemptStatus } from '@workflow-runner/contract';
import { PointerStatus } from 'workflow-es';
import { NOW_EFFECTIVE } from '../authoring/now-effective.js';
import type { CompiledStep } from '../definition/compiled-definition.js';
import type { Pointer } from '../state/pointer.js';
import type { Draft } from './draft.js';
import { successorsOf } from './outcomes.js';
import type { StepResult } from './primitives.js';
import { branch, finish, settle, settlingAround } from './scopes.js';
import { takeSignal, waitForEvent } from './waits.js';

const NO_VALUES: unknown[] = [];

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
  const branchValues = result.branchValues?.length
    ? result.branchValues.map((value) => copied('Item', value, outputBytes))
    : NO_VALUES;
  if (result.eventKey != null) encode(result.eventKey, 'eventKey');
  checkDates(result);
  checkLocal(draft, pointer, outputBytes);
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
  return { status: goOn(draft, pointer, step, { ...result, branchValues }), outcome };
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
  if (result.branchValues.length > 0) {
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
  return copied('Persistence data', isFieldBag(value) ? { ...value } : value, outputBytes);
}

/** What a restart would read: nothing the body keeps a reference to. */
function copied(what: string, value: unknown, outputBytes: number): unknown {
  if (typeof value !== 'object' || value === null) {
    if (typeof value !== 'boolean' && typeof value !== 'number')
      checkSize(what, encode(value, what), outputBytes);
    return value;
  }
  const text = encode(value, what);
  checkSize(what, text, outputBytes);
  return decode(text);
}

function checkDates({ sleep, eventAsOf }: StepResult): void {
  if (sleep && Number.isNaN(sleep.getTime())) throw new TypeError('A step sleeps until a date that is none');
  if (eventAsOf && eventAsOf !== NOW_EFFECTIVE && Number.isNaN(eventAsOf.getTime())) {
    throw new TypeError('A wait has an effective date that is none');
  }
}

/** `context.local` is written with the commit: it must be storable before anything is decided. */
function checkLocal(draft: Draft, pointer: Pointer, outputBytes: number): void {
  const local = draft.state.locals.get(pointer.localKey);
  if (local) checkSize('context.local', encode(local, 'context.local'), outputBytes);
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
