import { decode, SIGNAL_NAME, type InboxMessage } from '@workflow-runner/contract';
import { PointerStatus } from 'workflow-es';
import { NOW_EFFECTIVE } from '../authoring/now-effective.js';
import type { Pointer } from '../state/pointer.js';
import type { Draft } from './draft.js';

/** A pointer begins to wait: its subscription becomes durable with the same commit. */
export function waitForEvent(
  draft: Draft,
  pointer: Pointer,
  name: string,
  key: unknown,
  effectiveDate: Date | null | undefined,
): void {
  const asOf = effectiveDate === NOW_EFFECTIVE ? null : (effectiveDate ?? null);
  const { lastEvents } = draft.state.flow;
  // The wait starts when the pointer arrived here: what was published since then is for it, however long its
  // step took or however often its process died before this commit.
  const from = asOf ? asOf.getTime() : pointer.readyAt;
  pointer.eventName = name;
  pointer.eventKey = key ?? null;
  pointer.eventPublished = false;
  pointer.eventData = undefined;
  pointer.active = false;
  pointer.status = PointerStatus.WaitingForEvent;
  pointer.subscriptionId = `${draft.instanceId}/${pointer.id}/${draft.revision}`;
  draft.subscribe.push({
    id: pointer.subscriptionId,
    pointerId: pointer.id,
    name,
    key: keyText(key),
    asOf: from,
    // An author's date in the very millisecond of the newest event means "from now on", not that event again.
    except: lastEvents.at === from || (asOf === null && lastEvents.at > from) ? lastEvents.ids : [],
  });
}

/** Keys are compared as text; 1 and '1' are the same key. */
export function keyText(key: unknown): string {
  if (typeof key === 'string') return key;
  if (key === null || key === undefined) return '';
  return typeof key === 'object' ? JSON.stringify(key) : `${key as number}`;
}

/**
 * Takes a message into the state. The pointer that waits becomes ready with the event's data.
 * @returns the pointer that received it; null when nobody waits for it any more
 */
export function receive(draft: Draft, message: InboxMessage): Pointer | null {
  if (message.name === SIGNAL_NAME) return receiveSignal(draft, message);
  const pointer = draft.state.pointers.get(message.pointerId);
  if (!pointer || pointer.subscriptionId !== message.subscriptionId) return null;
  rememberEvent(draft, message);
  wake(draft, pointer, decode(message.data));
  return pointer;
}

function receiveSignal(draft: Draft, message: InboxMessage): Pointer | null {
  draft.keepSignal({ id: message.id, stepName: message.key, data: decode(message.data) });
  return handOutSignals(draft);
}

/**
 * Gives a kept signal to a wait that stands.
 * @returns the pointer that received it; null when none is for any of them
 */
export function handOutSignals(draft: Draft): Pointer | null {
  if (draft.state.flow.signals.length === 0) return null;
  for (const pointer of draft.state.pointers.values()) {
    if (pointer.status === PointerStatus.WaitingForEvent && takeSignal(draft, pointer)) return pointer;
  }
  return null;
}

/** Gives a wait the oldest kept signal that is meant for it. */
export function takeSignal(draft: Draft, pointer: Pointer): boolean {
  const { flow } = draft.state;
  const name = draft.definition.step(pointer.stepId)?.name;
  // While its workflow is not known here, nobody can tell which step it is: the signal is kept.
  if (name === undefined) return false;
  const found = flow.signals.findIndex((signal) => signal.stepName === '' || signal.stepName === name);
  if (found < 0) return false;
  const { data } = draft.handOutSignal(found);
  // A wait that has just begun is not in the store yet: then its subscription is not made at all.
  const fresh = draft.subscribe.findIndex((subscription) => subscription.id === pointer.subscriptionId);
  if (fresh >= 0) draft.subscribe.splice(fresh, 1);
  else draft.dropSubscription(pointer);
  wake(draft, pointer, data);
  return true;
}

function wake(draft: Draft, pointer: Pointer, data: unknown): void {
  pointer.eventPublished = true;
  pointer.eventData = data;
  pointer.active = true;
  pointer.status = PointerStatus.Pending;
  pointer.sleepUntil = null;
  pointer.subscriptionId = null;
  pointer.readyAt = draft.now;
  draft.touch(pointer);
}

function rememberEvent(draft: Draft, message: InboxMessage): void {
  const { lastEvents } = draft.state.flow;
  if (message.eventTime > lastEvents.at) {
    lastEvents.at = message.eventTime;
    lastEvents.ids = [message.eventId];
  } else if (message.eventTime === lastEvents.at && !lastEvents.ids.includes(message.eventId)) {
    lastEvents.ids.push(message.eventId);
  } else if (message.eventTime < lastEvents.at) {
    return;
  }
  draft.touchFlow();
}
