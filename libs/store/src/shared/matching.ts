import type { InboxMessage, NewSubscription, StoredEvent } from '@workflow-runner/contract';

/** A message's id follows from what it delivers, so that the same delivery twice is one message. */
export function messageFor(
  event: Pick<StoredEvent, 'id' | 'time' | 'name' | 'key' | 'data'>,
  subscription: Pick<NewSubscription, 'id' | 'pointerId'>,
): InboxMessage {
  return {
    id: `${event.id}>${subscription.id}`,
    subscriptionId: subscription.id,
    pointerId: subscription.pointerId,
    eventId: event.id,
    eventTime: event.time,
    name: event.name,
    key: event.key,
    data: event.data,
  };
}

/** The moment an event counts from: its own when that is still to come, else the moment of publishing. */
export function eventTime(asked: number | null, now: number): number {
  return asked !== null && asked > now ? asked : now;
}

/** Start of the minute a moment belongs to. */
export function minuteOf(at: number): number {
  return at - (at % 60_000);
}

/** The tenant as a key column holds it: the default tenant is the empty string. */
export function tenantKey(tenantId: string | null): string {
  return tenantId ?? '';
}
