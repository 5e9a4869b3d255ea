import type { NewEvent, PublishReceipt, Store } from '@workflow-runner/contract';
import { askSurely } from './ask-surely.js';

export interface Published {
  readonly receipt: PublishReceipt;
  /** An earlier call may have delivered it: then the receipt does not name everybody who received it. */
  readonly repeated: boolean;
}

/** Publishes an event; one that was stored by a call whose answer was lost counts as accepted by this one. */
export async function publishSurely(store: Store, event: NewEvent): Promise<Published> {
  const since = store.now();
  const { answer, repeated } = await askSurely(() => store.publish([event]));
  const receipt = answer[0]!;
  if (!repeated || receipt.accepted) return { receipt, repeated };
  return { receipt: { ...receipt, accepted: await isOurs(store, event, since) }, repeated };
}

/** Whether the stored event of this id is the one published since a moment, and not an older one that had the id first. */
async function isOurs(store: Store, event: NewEvent, since: number): Promise<boolean> {
  const stored = await store.event(event.tenantId, event.id);
  if (!stored || stored.publishedAt < since) return false;
  return stored.name === event.name && stored.key === event.key && stored.data === event.data;
}
