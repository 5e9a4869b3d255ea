import { PointerStatus, WorkflowErrorHandling } from 'workflow-es';
import type { Pointer, Undo } from '../state/pointer.js';
import type { Draft } from './draft.js';
import { successorsOf } from './outcomes.js';
import { end, finish, forget } from './scopes.js';

/*
 * Compensation. A handler is a saga container, another container or step with a compensation of its own, or, for
 * cancel, the top of the instance (null). It goes through:
 *
 *   open ──failure inside──▶ settling ──nothing runs inside──▶ undoing ──list empty──▶ compensated
 *
 * settling: what waited inside is gone, what runs has its AbortSignal; nothing new starts there.
 * undoing:  one compensation at a time, in reverse order of completion, its own last.
 */

type Handler = Pointer | null;

/** Begins to wind down a scope: everything that does not run leaves; what runs is to be aborted by the caller. */
export function windDown(draft: Draft, handler: Handler): void {
  // Goes first: after a death the compensation that was under way comes before those that were to follow it.
  const interrupted: Undo[] = [];
  for (const pointer of draft.state.inside(handler?.id ?? '')) {
    if (!pointer.isOpen || pointer === handler) continue;
    // An inner scope that was compensating leaves what it had not undone.
    if (pointer.undo) interrupted.push(...pointer.undo);
    if (draft.isRunning(pointer)) continue;
    if (pointer.undoes) interrupted.unshift(pointer.undoes);
    else if (ownCompensation(draft, pointer))
      interrupted.push({ ...undoOf(draft, pointer), behindContent: true });
    draft.remove(pointer);
  }
  if (handler) {
    handler.undo = [...interrupted, ...(handler.undo ?? [])];
    handler.settling = true;
    handler.status = PointerStatus.Failed;
    draft.dropSubscription(handler);
    draft.touch(handler);
  } else {
    draft.state.flow.ending!.undo.unshift(...interrupted);
    draft.touchFlow();
  }
  settled(draft, handler);
}

/**
 * After a claim: scopes that were winding down when their owner died. What is still ready in them was in flight
 * then, and counts as aborted.
 * @returns whether there were any
 */
export function resumeWindingDown(draft: Draft): boolean {
  const { pointers, flow } = draft.state;
  const handlers: Handler[] = [...pointers.values()].filter((pointer) => pointer.settling);
  if (flow.ending?.settling) handlers.unshift(null);
  for (const handler of handlers) {
    // An outer scope may have swept it away meanwhile.
    if (handler && draft.state.pointers.get(handler.id) !== handler) continue;
    for (const pointer of draft.state.inside(handler?.id ?? '')) {
      if (!pointer.isReady || pointer.open > 0 || pointer.undoes) continue;
      pointer.status = PointerStatus.Failed;
      end(draft, pointer);
    }
    windDown(draft, handler);
  }
  return handlers.length > 0;
}

/**
 * An open saga that is swept away has its own compensation run too, after its content. Not one that is yet to begin,
 * and not one that is undoing already: there it is the last of its list, or under way.
 */
function ownCompensation(draft: Draft, pointer: Pointer): boolean {
  const step = draft.stepOf(pointer);
  if (!step.isSaga || step.compensationStepId === null || pointer.persistenceData === null) return false;
  return pointer.undo === null || pointer.settling;
}

/** When nothing runs inside any more, what completed there is listed in reverse and undoing begins. */
export function settled(draft: Draft, handler: Handler): void {
  const inside = draft.state.inside(handler?.id ?? '');
  if (inside.some((pointer) => pointer.isOpen && pointer !== handler)) return;
  const compensate = handler !== null || draft.state.flow.ending!.compensate;
  const list = compensate ? listUndo(draft, handler, inside) : [];
  if (handler) {
    handler.settling = false;
    handler.undo = list;
    draft.touch(handler);
  } else {
    const ending = draft.state.flow.ending!;
    ending.settling = false;
    ending.undo = list;
    draft.touchFlow();
  }
  continueUndo(draft, handler);
}

function listUndo(draft: Draft, handler: Handler, inside: readonly Pointer[]): Undo[] {
  const ended = inside.filter((pointer) => !pointer.isOpen && pointer !== handler).sort(lastEndedFirst);
  const before = (handler ? handler.undo : draft.state.flow.ending!.undo) ?? [];
  // What an inner scope had listed and not undone stands in `before`, and is still kept.
  const known = new Set(before.map((undo) => undo.of));
  const failed = ended.filter((pointer) => pointer.status === PointerStatus.Failed && !known.has(pointer.id));
  const list = [
    ...failed.map((pointer) => undoOf(draft, pointer)),
    ...before.filter((undo) => !undo.behindContent),
  ];
  const listed = new Set(list.map((undo) => undo.of));
  const completed = ended.filter((pointer) => !listed.has(pointer.id));
  list.push(
    ...inOrder(
      draft,
      completed,
      before.filter((undo) => undo.behindContent),
    ),
  );
  if (handler && draft.stepOf(handler).compensationStepId !== null) list.push(undoOf(draft, handler));
  return list;
}

interface Entry {
  readonly undo: Undo;
  /** Revision that ended it; for a saga that was swept away, where it stands among those. */
  readonly at: number;
  readonly isOpen: boolean;
}

/** Completed steps, last first, with each swept-away saga behind what was in it. */
function inOrder(draft: Draft, completed: readonly Pointer[], sagas: readonly Undo[]): Undo[] {
  const entries: Entry[] = completed.map((pointer) => ({
    undo: undoOf(draft, pointer),
    at: pointer.endedAtRevision,
    isOpen: false,
  }));
  for (const saga of sagas) {
    const content = completed
      .filter((pointer) => pointer.scope.includes(saga.of))
      .map((p) => p.endedAtRevision);
    const earlier = completed
      .filter((pointer) => made(pointer.id) < made(saga.of))
      .map((p) => p.endedAtRevision);
    entries.push({
      undo: saga,
      at: content.length > 0 ? Math.min(...content) - 0.5 : Math.max(0, ...earlier) + 0.25,
      isOpen: true,
    });
  }
  // Ended by the same commit: the outer one, made first, ended last. Swept away: the inner one, made last, goes first.
  const outerFirst = (a: Entry, b: Entry): number => made(a.undo.of) - made(b.undo.of);
  const tied = (a: Entry, b: Entry): number => (a.isOpen && b.isOpen ? outerFirst(b, a) : outerFirst(a, b));
  return entries.sort((a, b) => b.at - a.at || tied(a, b)).map((entry) => entry.undo);
}

function lastEndedFirst(a: Pointer, b: Pointer): number {
  // Ended by the same commit: the container (made first) ended after what was in it.
  return b.endedAtRevision - a.endedAtRevision || made(a.id) - made(b.id);
}

/** Pointer ids are numbers in base 36, in the order of their making. */
function made(id: string): number {
  return parseInt(id, 36);
}

function undoOf(draft: Draft, pointer: Pointer): Undo {
  const stepId = draft.stepOf(pointer).compensationStepId!;
  return { of: pointer.id, stepId, item: pointer.contextItem, localKey: pointer.localKey };
}

/** Starts the next compensation, or ends the handler when there is none left. */
export function continueUndo(draft: Draft, handler: Handler): void {
  const list = handler ? handler.undo! : draft.state.flow.ending!.undo;
  const next = list.shift();
  if (handler) draft.touch(handler);
  else draft.touchFlow();
  if (next) return startUndo(draft, handler, next);
  forget(draft, handler?.id ?? '');
  if (handler) compensated(draft, handler);
  else draft.ended = 'cancelled';
}

function startUndo(draft: Draft, handler: Handler, undo: Undo): void {
  const undone = draft.state.pointers.get(undo.of);
  if (undone && undone !== handler) draft.remove(undone);
  const scope = handler ? [...handler.scope, handler.id] : [];
  const pointer = draft.state.newPointer(draft.definition, undo.stepId, scope, draft.now);
  pointer.predecessorId = undo.of;
  pointer.contextItem = undo.item;
  pointer.localKey = undo.localKey;
  pointer.undoes = undo;
  if (handler) handler.status = PointerStatus.Running;
  draft.add(pointer);
}

/** Everything is undone: the step behind the handler starts, unless its author chose something else. */
function compensated(draft: Draft, handler: Pointer): void {
  const step = draft.stepOf(handler);
  handler.undo = null;
  if (step.isSaga && step.behavior === WorkflowErrorHandling.Retry)
    return beginAgain(draft, handler, step.retryInterval);
  if (step.isSaga && step.behavior === WorkflowErrorHandling.Suspend) return suspend(draft, handler);
  if (step.isSaga && step.behavior === WorkflowErrorHandling.Terminate) {
    handler.status = PointerStatus.Compensated;
    end(draft, handler);
    return terminate(draft, `terminated by step ${step.name}`);
  }
  finish(draft, handler, PointerStatus.Compensated, successorsOf(step, draft.state.data, null));
}

function beginAgain(draft: Draft, handler: Pointer, delayMs: number): void {
  handler.persistenceData = null;
  handler.children = [];
  handler.retryCount += 1;
  handler.active = true;
  handler.sleepUntil = draft.now + delayMs;
  handler.status = delayMs > 0 ? PointerStatus.Sleeping : PointerStatus.Pending;
  if (delayMs > 0) draft.touch(handler);
  else draft.ready(handler);
}

function suspend(draft: Draft, handler: Pointer): void {
  handler.persistenceData = null;
  handler.children = [];
  handler.status = PointerStatus.Failed;
  draft.state.flow.suspended = `step ${draft.stepOf(handler).name}`;
  draft.touchFlow();
  draft.touch(handler);
}

/** The author chose that a failure ends the instance: what runs is aborted, nothing is compensated. */
export function terminate(draft: Draft, reason: string): void {
  draft.state.flow.ending = { reason, compensate: false, undo: [], settling: true };
  draft.touchFlow();
  windDown(draft, null);
}
