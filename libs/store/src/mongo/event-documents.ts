import type { InboxMessage, NewEvent, StoredEvent } from '@workflow-runner/contract';
import { ofEvent } from '../shared/audit-facts.js';
import { eventTime, messageFor, tenantKey } from '../shared/matching.js';
import { auditRider } from './audit-riders.js';
import type { EventDoc, SubscriptionDoc } from './documents.js';
import { tenantOf } from './records.js';

/** How far an event has come, as its document says it. */
export const EVENT = { open: 0, delivered: 1, future: 2 } as const;

export function eventId(tenantId: string | null, id: string): string {
  return `${tenantKey(tenantId)}\0${id}`;
}

/** @param key order key */
export function toEventDoc(asked: NewEvent, now: number, key: string): EventDoc {
  const time = eventTime(asked.time, now);
  return {
    _id: eventId(asked.tenantId, asked.id),
    t: tenantKey(asked.tenantId),
    id: asked.id,
    name: asked.name,
    key: asked.key,
    time,
    at: now,
    corr: asked.correlationId,
    data: asked.data,
    n: key,
    st: time <= now ? EVENT.open : EVENT.future,
    ...(asked.audit && { aud: auditRider(ofEvent(asked.audit, asked, now), key), un: key }),
  };
}

export function toStoredEvent(event: EventDoc): StoredEvent {
  return {
    id: event.id,
    tenantId: tenantOf(event.t),
    name: event.name,
    key: event.key,
    data: event.data,
    time: event.time,
    publishedAt: event.at,
    correlationId: event.corr,
  };
}

/** The message by which a wait gets an event. */
export function toMessage(event: EventDoc, { id, p }: Pick<SubscriptionDoc, 'id' | 'p'>): InboxMessage {
  return messageFor(event, { id, pointerId: p });
}

/** Whether a wait of the event's tenant gets it; one that it has had before comes again when its delivery is repeated. */
export function isMatch(event: EventDoc, { name, key, asOf, x }: SubscriptionDoc): boolean {
  return event.name === name && event.key === key && event.time >= asOf && !x.includes(event.id);
}
