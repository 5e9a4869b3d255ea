import type {
  Commit,
  InboxMessage,
  InstanceStatus,
  NewSubscription,
  StoredEvent,
} from '@workflow-runner/contract';
import { messageFor } from '../shared/matching.js';
import { isWakeable } from '../shared/standing.js';
import type { Driver, Statement } from './driver.js';
import type { Group } from './group.js';
import type { Inboxes } from './inboxes.js';

/** What a delivery reads of the instance it goes to. */
export interface Recipient {
  readonly instanceId: string;
  readonly status: InstanceStatus;
  readonly ownerNode: string | null;
}

type Matching = Recipient & Pick<NewSubscription, 'id' | 'pointerId'>;
type Delivered = Pick<StoredEvent, 'id' | 'time' | 'name' | 'key' | 'data'>;

/** Where events and subscriptions meet; whichever comes second finds the other, under the one write lock. */
export class EventDelivery {
  private readonly insert: Statement;
  private readonly remove: Statement;
  private readonly removeAll: Statement;
  private readonly matching: Statement;
  private readonly stored: Statement;
  private readonly wake: Statement;

  constructor(
    driver: Driver,
    private readonly inboxes: Inboxes,
  ) {
    this.insert = driver.prepare(
      `INSERT INTO subscriptions (id, instance_id, pointer_id, tenant, name, key, as_of) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.remove = driver.prepare('DELETE FROM subscriptions WHERE id = ?');
    this.removeAll = driver.prepare('DELETE FROM subscriptions WHERE instance_id = ?');
    this.matching = driver.prepare(
      `SELECT s.id, s.pointer_id AS pointerId, i.id AS instanceId, i.status, i.owner_node AS ownerNode
       FROM subscriptions s JOIN instances i ON i.id = s.instance_id
       WHERE s.tenant = ? AND s.name = ? AND s.key = ? AND s.as_of <= ? ORDER BY s.rowid`,
    );
    this.stored = driver.prepare(
      `SELECT id, time, name, key, data FROM events
       WHERE tenant = ? AND name = ? AND key = ? AND time >= ? AND time <= ?
         AND id NOT IN (SELECT value FROM json_each(?))
       ORDER BY time, seq LIMIT 1`,
    );
    this.wake = driver.prepare(
      'UPDATE instances SET wake_at = min(coalesce(wake_at, ?), ?) WHERE id = ? AND slot_since IS NULL',
    );
  }

  /** Adds a commit's subscriptions; those with a stored event get the earliest one instead. */
  subscribe(group: Group, commit: Commit, tenant: string): InboxMessage[] {
    const messages: InboxMessage[] = [];
    for (const wanted of commit.subscribe) {
      const { id, pointerId, name, key, asOf } = wanted;
      const found = this.stored.get(tenant, name, key, asOf, group.now, JSON.stringify(wanted.except));
      if (!found) {
        this.insert.run(id, commit.instanceId, pointerId, tenant, name, key, asOf);
        continue;
      }
      const message = messageFor(found as Delivered, wanted);
      this.inboxes.put(commit.instanceId, message);
      messages.push(message);
    }
    return messages;
  }

  unsubscribe(ids: readonly string[]): void {
    for (const id of ids) this.remove.run(id);
  }

  unsubscribeAll(instanceId: string): void {
    this.removeAll.run(instanceId);
  }

  /** Gives an event to every subscription that matches; each is gone with its first delivery. */
  deliver(group: Group, event: Delivered, tenant: string): Recipient[] {
    const found = this.matching.all(tenant, event.name, event.key, event.time) as Matching[];
    for (const match of found) {
      this.inboxes.put(match.instanceId, messageFor(event, match));
      this.remove.run(match.id);
      this.stir(group, match);
    }
    return found;
  }

  /** An unowned instance becomes due unless it queues for a slot, an owner is rung. */
  stir(group: Group, { instanceId, status, ownerNode }: Recipient): void {
    if (ownerNode !== null) {
      group.ring(ownerNode);
    } else if (isWakeable(status)) {
      this.wake.run(group.now, group.now, instanceId);
      group.due = true;
    }
  }
}
