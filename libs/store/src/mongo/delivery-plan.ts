import type { InboxMessage } from '@workflow-runner/contract';
import { isWakeable } from '../shared/standing.js';
import type { EventDoc, InstanceDoc } from './documents.js';
import type { Change, Terms } from './driver.js';
import { isMatch, toMessage } from './event-documents.js';
import { MAX_BYTES, messageBytes } from './sizes.js';
import { stirred, updateOf } from './standing-terms.js';

/** What a delivery reads of the instance it goes to. */
export type Recipient = Pick<
  InstanceDoc,
  '_id' | 't' | 'st' | 'o' | 'q' | 'prio' | 'wake' | 'bytes' | 'subs'
>;

export const RECIPIENT: Terms = { t: 1, st: 1, o: 1, q: 1, prio: 1, wake: 1, bytes: 1, subs: 1 };

/** Messages for one instance, one for each of the waits that they end. */
export interface Parcel {
  readonly instance: Recipient;
  readonly messages: readonly InboxMessage[];
}

/** Each wait gets the first event that matches. @param events in the order in which they are given out */
export function parcelOf(instance: Recipient, events: readonly EventDoc[]): Parcel {
  const messages = instance.subs.flatMap((wait) => {
    const event = events.find((one) => one.t === instance.t && isMatch(one, wait));
    return event ? [toMessage(event, wait)] : [];
  });
  return { instance, messages };
}

export function hasRoom({ instance, messages }: Parcel): boolean {
  return instance.bytes + bytesOf(messages) <= MAX_BYTES;
}

/**
 * The one update that brings messages and takes their waits away. It misses when one of the waits has gone, or when the
 * instance stands otherwise than it was read. Where there is no room the waits stay, and count as not caught up, so that
 * it is tried again.
 */
export function planDelivery(parcel: Parcel, now: number): Change {
  const { instance, messages } = parcel;
  const ids = messages.map(({ subscriptionId }) => subscriptionId);
  const filter = { ...standsAs(instance), 'subs.id': { $all: ids } };
  if (!hasRoom(parcel)) return { filter, update: { $set: { cu: 1, 'subs.$[].c': 0 } } };
  const operators = {
    $pull: { subs: { id: { $in: ids } } },
    $push: { inbox: { $each: messages } },
    $inc: { seq: 1, bytes: bytesOf(messages) },
  };
  return { filter, update: updateOf(stirred(instance, now), operators) };
}

/** Nobody runs it, and it waits for such a message. */
export function isWoken({ st, o }: Recipient): boolean {
  return o === undefined && isWakeable(st);
}

/** It stands as it was read, as far as what a message does to it depends on that. */
function standsAs({ _id, st, o, q }: Recipient): Terms {
  return { _id, st, 'o.n': o?.n ?? null, 'o.e': o?.e ?? null, 'q.s': q?.s ?? null };
}

function bytesOf(messages: readonly InboxMessage[]): number {
  return messages.reduce((sum, message) => sum + messageBytes(message), 0);
}
