import type { AuditNote } from '../audit/audit-entry.js';

/** Something published by name and key. */
export interface NewEvent {
  /** Unique in the tenant; publishing the same id again changes nothing. */
  readonly id: string;
  readonly tenantId: string | null;
  readonly name: string;
  readonly key: string;
  /** Encoded. */
  readonly data: string;
  /** Later than store time: delivered then. Null or earlier: the moment of publishing counts. */
  readonly time: number | null;
  readonly correlationId: string | null;
  /** Written with the event. */
  readonly audit?: AuditNote;
}

export interface StoredEvent extends Omit<NewEvent, 'audit'> {
  readonly time: number;
  readonly publishedAt: number;
}

export interface PublishReceipt {
  readonly id: string;
  /** False when the id was known already. */
  readonly accepted: boolean;
  /** Instances that received it now and have no owner: somebody should claim them. */
  readonly woken: readonly string[];
  /** Instances that received it and are being run, with the node that runs them. */
  readonly owned: readonly { instanceId: string; nodeId: string }[];
}

/** A wait of one pointer. */
export interface NewSubscription {
  /** Unique in the store: `<instance>/<pointer>/<revision>`. */
  readonly id: string;
  readonly pointerId: string;
  readonly name: string;
  readonly key: string;
  /** Events from this moment on match (`asOf <= event.time`), epoch ms of store time. */
  readonly asOf: number;
  /** Ids of stored events that this instance has had already and must not get again for this wait. */
  readonly except: readonly string[];
}

/** Name of the inbox messages that `Store.send` writes: they have no event and no subscription behind them. */
export const SIGNAL_NAME = '$signal';

/**
 * An event on its way into one instance; consumed by a commit of its owner.
 * A signal has `name` SIGNAL_NAME, `pointerId` and `subscriptionId` empty, and `key` the step's name or empty.
 */
export interface InboxMessage {
  /** `<event id>><subscription id>`: the same delivery twice is one message. */
  readonly id: string;
  readonly subscriptionId: string;
  readonly pointerId: string;
  readonly eventId: string;
  readonly eventTime: number;
  readonly name: string;
  readonly key: string;
  /** Encoded. */
  readonly data: string;
}
