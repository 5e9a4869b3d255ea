import { PointerStatus } from 'workflow-es';
import type { CompiledStep } from '../definition/compiled-definition.js';
import type { Pointer } from '../state/pointer.js';
import type { Draft } from './draft.js';
import { closeNatively, isForeach } from './primitives.js';
import { continueUndo, settled } from './undo.js';

/**
 * Ends a pointer and moves on: its successors first, then, if that was the last open pointer of its container,
 * the container. What has ended leaves the live set at once, except what an open saga may still have to undo, so
 * a loop of a million turns costs the same at its end as at its start.
 */
export function finish(draft: Draft, pointer: Pointer, status: number, successors: readonly number[]): void {
  pointer.status = status;
  for (const stepId of successors) follow(draft, pointer, stepId);
  end(draft, pointer);
  closed(draft, pointer.container);
}

/** Ends a pointer without moving on. */
export function end(draft: Draft, pointer: Pointer): void {
  const step = draft.stepOf(pointer);
  draft.dropSubscription(pointer);
  draft.state.end(pointer, draft.now, draft.revision);
  if (step.isSaga && !pointer.inSaga) forget(draft, pointer.id);
  if (pointer.inSaga && step.compensationStepId !== null && isUndoable(pointer)) keep(draft, pointer);
  else draft.remove(pointer);
}

function isUndoable(pointer: Pointer): boolean {
  return pointer.status === PointerStatus.Complete || pointer.status === PointerStatus.Failed;
}

function keep(draft: Draft, pointer: Pointer): void {
  pointer.persistenceData = null;
  pointer.eventData = undefined;
  pointer.outcome = null;
  draft.touch(pointer);
}

/** The pointer behind `pointer` on the edge to `stepId`; inherits scope, item and branch. */
export function follow(draft: Draft, pointer: Pointer, stepId: number): Pointer {
  const next = draft.state.newPointer(draft.definition, stepId, pointer.scope, draft.now);
  next.predecessorId = pointer.id;
  next.contextItem = pointer.contextItem;
  next.localKey = pointer.localKey;
  next.inSaga = pointer.inSaga;
  draft.add(next);
  return next;
}

/** Opens a container: for each value, for each child of its step. @returns how many pointers were made */
export function branch(
  draft: Draft,
  container: Pointer,
  values: readonly unknown[],
  step: CompiledStep,
): number {
  const children = step.model.children;
  const forks = values.length * children.length > 1 || isForeach(step);
  for (const value of values) {
    for (const stepId of children) {
      const scope = [...container.scope, container.id];
      const child = draft.state.newPointer(draft.definition, stepId, scope, draft.now);
      child.predecessorId = container.id;
      // A branch of an if, while or saga has no item of its own: it sees the one around it.
      child.contextItem = value == null && !isForeach(step) ? container.contextItem : value;
      child.localKey = forks ? child.id : container.localKey;
      child.inSaga = container.inSaga || step.isSaga;
      if (forks) inheritLocal(draft, container.localKey, child.localKey);
      container.children.push(child.id);
      draft.add(child);
    }
  }
  return values.length * children.length;
}

/** Looks whether a container has come to its end, and moves on. Never looks at more pointers than it touches. */
export function closed(draft: Draft, containerId: string): void {
  const { state } = draft;
  if (state.openIn(containerId) > 0) return;
  if (containerId === '') {
    const { ending } = state.flow;
    if (!ending) draft.ended = 'completed';
    else if (!ending.settling) continueUndo(draft, null);
    return;
  }
  const container = state.pointers.get(containerId);
  if (!container?.isOpen || container.settling) return;
  if (container.undo) return continueUndo(draft, container);
  reenter(draft, container);
}

/** All children of a container have ended (or there are none): it is finished, or executed again. */
function reenter(draft: Draft, container: Pointer): void {
  closeBranches(draft, container);
  container.readyAt = draft.now;
  const successors = closeNatively(draft, container);
  if (successors) return finish(draft, container, PointerStatus.Complete, successors);
  container.status = PointerStatus.Pending;
  draft.ready(container);
}

/** Locals of branches that have ended go, except what a compensation may still want to see. */
function closeBranches(draft: Draft, container: Pointer): void {
  const { locals } = draft.state;
  const own = container.children.filter((child) => locals.has(child));
  container.children = [];
  if (own.length === 0) return;
  const inSaga = container.inSaga || draft.stepOf(container).isSaga;
  const kept = new Set(inSaga ? draft.state.inside(container.id).map((pointer) => pointer.localKey) : []);
  for (const child of own) if (!kept.has(child)) draft.dropLocal(child);
}

/** Everything a scope kept for undoing goes. */
export function forget(draft: Draft, containerId: string): void {
  for (const pointer of draft.state.inside(containerId)) if (!pointer.isOpen) draft.remove(pointer);
  dropLostLocals(draft);
}

/** Locals of branches that were swept away, or kept for their compensations, go when nothing shares them any more. */
function dropLostLocals(draft: Draft): void {
  const { locals, pointers, flow } = draft.state;
  if (locals.size === 0) return;
  const shared = new Set(['', ...(flow.ending?.undo ?? []).map((undo) => undo.localKey)]);
  for (const pointer of pointers.values()) {
    shared.add(pointer.localKey);
    for (const undo of pointer.undo ?? []) shared.add(undo.localKey);
  }
  for (const key of [...locals.keys()]) if (!shared.has(key)) draft.dropLocal(key);
}

/** The handler that is winding down around a pointer, itself included; `undefined` when there is none, null at the top. */
export function settlingAround(draft: Draft, pointer: Pointer): Pointer | null | undefined {
  for (const id of pointer.scope) {
    const container = draft.state.pointers.get(id);
    if (container?.settling) return container;
  }
  return draft.state.flow.ending?.settling ? null : undefined;
}

/** A pointer inside a scope that winds down has settled. */
export function settle(draft: Draft, pointer: Pointer, status: number): void {
  const handler = settlingAround(draft, pointer) ?? null;
  pointer.status = status;
  end(draft, pointer);
  settled(draft, handler);
}

function inheritLocal(draft: Draft, from: string, to: string): void {
  const local = draft.state.locals.get(from);
  if (!local) return;
  draft.state.locals.set(to, { ...local });
  draft.touchLocal(to);
}
