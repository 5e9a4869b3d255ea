import type { AuditEntry, LoadedInstance, SubscriptionRecord } from '@workflow-runner/contract';
import { fold, PointerStatus } from '@workflow-runner/engine';
import type { World } from './world.js';

type State = ReturnType<typeof fold>;

/** An instance that has ended leaves nothing behind that somebody would still look for. */
export function findLeftovers(
  { record, inbox }: LoadedInstance,
  state: State,
  subscriptions: readonly SubscriptionRecord[],
): string[] {
  const left: string[] = [];
  if (record.owner) left.push(`it ended and ${record.owner.nodeId} still owns it`);
  if (record.wakeAt !== null) left.push('it ended and wants to be woken');
  if (record.control) left.push(`it ended and is still asked to ${record.control.action}`);
  if (inbox.length > 0) left.push(`${inbox.length} messages are left in its inbox`);
  if (subscriptions.length > 0) left.push(`${subscriptions.length} subscriptions are left`);
  if (state.pointers.size > 0) left.push(`pointers ${[...state.pointers.keys()].join(' ')} are left`);
  if (state.locals.size > 1) left.push(`locals ${[...state.locals.keys()].join(' ')} are left`);
  return left;
}

/** Each signal was kept or handed out once, whatever became of the store's answers. */
export function findSurplusSignals(state: State, world: World): string[] {
  const data = state.data as Record<string, number>;
  const surplus: string[] = [];
  for (const [key, { by, step, begun }] of world.questions) {
    if (by !== 'signal') continue;
    const kept = state.flow.signals.filter((signal) => signal.stepName === step).length;
    const got = data[`got ${key} yes`] ?? 0;
    if (kept + got > begun) surplus.push(`${begun} signals were sent to ${step}, and ${kept + got} arrived`);
  }
  return surplus;
}

/** Each thing that was asked for is told once, whatever became of the store's answers. */
export function findWrongEntries(entries: readonly AuditEntry[], instanceId: string): string[] {
  const ids = entries.map(({ id }) => id);
  const started = ids.filter((id) => id === `start:${instanceId}`).length;
  return [
    ...(started === 1 ? [] : [`its start has ${started} audit entries`]),
    ...ids.filter((id, index) => ids.indexOf(id) < index).map((id) => `there are two audit entries ${id}`),
  ];
}

/** Whenever nothing is under way, the subscriptions in the store are those of the pointers that wait. */
export function findStaleWaits(
  loaded: LoadedInstance,
  subscriptions: readonly SubscriptionRecord[],
): string[] {
  if (loaded.record.status === 'paused' || loaded.inbox.length > 0) return [];
  const state = fold(loaded.snapshot, loaded.tail, null);
  const pointers = [...state.pointers.values()];
  const waiting = new Set(
    pointers.filter(({ status }) => status === PointerStatus.WaitingForEvent).map(({ id }) => id),
  );
  const standing = new Set(subscriptions.map(({ pointerId }) => pointerId));
  return [
    ...[...standing]
      .filter((id) => !waiting.has(id))
      .map((id) => `pointer ${id} is subscribed and does not wait`),
    ...[...waiting]
      .filter((id) => !standing.has(id))
      .map((id) => `pointer ${id} waits and is not subscribed`),
  ];
}
