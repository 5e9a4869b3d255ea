import type {
  InboxMessage,
  NewEvent,
  NewSubscription,
  PublishReceipt,
  StoredEvent,
} from '@workflow-runner/contract';
import { ofEvent } from '../shared/audit-facts.js';
import { eventTime, messageFor } from '../shared/matching.js';
import { isWakeable } from '../shared/standing.js';
import { eventMapKey, type MemoryState, type StoredInstance } from './state.js';

export function publish(state: MemoryState, asked: NewEvent, now: number): PublishReceipt {
  const key = eventMapKey(asked.tenantId, asked.id);
  if (state.events.has(key)) return { id: asked.id, accepted: false, woken: [], owned: [] };
  const { audit, ...given } = asked;
  const event: StoredEvent = { ...given, time: eventTime(asked.time, now), publishedAt: now };
  const due = event.time <= now;
  state.events.set(key, { event, delivered: due });
  if (audit) state.audit.append(ofEvent(audit, asked, now));
  return due ? deliver(state, event, now) : { id: event.id, accepted: true, woken: [], owned: [] };
}

export function deliverDue(state: MemoryState, limit: number, now: number): PublishReceipt[] {
  return [...state.events.values()]
    .filter(({ event, delivered }) => !delivered && event.time <= now)
    .sort((a, b) => a.event.time - b.event.time)
    .slice(0, limit)
    .map((kept) => {
      kept.delivered = true;
      return deliver(state, kept.event, now);
    });
}

/** Adds a subscription, or gives it the earliest stored event that matches. */
export function catchUp(
  state: MemoryState,
  instance: StoredInstance,
  wanted: NewSubscription,
  now: number,
): InboxMessage[] {
  const { id: instanceId, tenantId } = instance.record;
  const except = new Set(wanted.except);
  const [first] = [...state.events.values()]
    .map(({ event }) => event)
    .filter((event) => matches(event, { ...wanted, tenantId }) && event.time <= now && !except.has(event.id))
    .sort((a, b) => a.time - b.time);
  if (first) return [put(instance, messageFor(first, wanted))];
  const { except: _, ...subscription } = wanted;
  state.subscriptions.set(wanted.id, { ...subscription, instanceId, tenantId });
  return [];
}

/** An unowned instance becomes due unless it queues for a slot, an owner is rung. @returns the owner's node */
export function stir(state: MemoryState, instance: StoredInstance, now: number): string | null {
  const { owner, status, wakeAt } = instance.record;
  if (owner) {
    const node = state.nodes.get(owner.nodeId);
    if (node && state.isAlive(owner)) node.rung = true;
    return owner.nodeId;
  }
  if (isWakeable(status) && instance.queuedAt === null) {
    state.change(instance, { wakeAt: Math.min(wakeAt ?? now, now) });
  }
  return null;
}

function deliver(state: MemoryState, event: StoredEvent, now: number): PublishReceipt {
  const woken = new Set<string>();
  const owned = new Map<string, string>();
  for (const subscription of [...state.subscriptions.values()]) {
    if (!matches(event, subscription)) continue;
    const instance = state.instances.get(subscription.instanceId);
    state.subscriptions.delete(subscription.id);
    if (!instance) continue;
    put(instance, messageFor(event, subscription));
    const nodeId = stir(state, instance, now);
    if (nodeId !== null) owned.set(instance.record.id, nodeId);
    else if (isWakeable(instance.record.status)) woken.add(instance.record.id);
  }
  return {
    id: event.id,
    accepted: true,
    woken: [...woken],
    owned: [...owned].map(([instanceId, nodeId]) => ({ instanceId, nodeId })),
  };
}

function matches(
  event: StoredEvent,
  wanted: Pick<NewSubscription, 'name' | 'key' | 'asOf'> & { tenantId: string | null },
): boolean {
  return (
    event.tenantId === wanted.tenantId &&
    event.name === wanted.name &&
    event.key === wanted.key &&
    event.time >= wanted.asOf
  );
}

function put(instance: StoredInstance, message: InboxMessage): InboxMessage {
  if (!instance.inbox.some(({ id }) => id === message.id)) instance.inbox.push(message);
  return message;
}
