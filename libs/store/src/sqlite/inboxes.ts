import type { InboxMessage } from '@workflow-runner/contract';
import type { Driver, Statement } from './driver.js';

/** What has arrived for an instance and waits to be consumed, in order of arrival. */
export class Inboxes {
  private readonly insert: Statement;
  private readonly select: Statement;
  private readonly remove: Statement;
  private readonly clearAll: Statement;

  constructor(driver: Driver) {
    this.insert = driver.prepare(
      `INSERT INTO inbox (instance_id, id, subscription_id, pointer_id, event_id, event_time, name, key, data, signal_bytes)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (instance_id, id) DO NOTHING`,
    );
    this.select = driver.prepare(
      `SELECT id, subscription_id AS subscriptionId, pointer_id AS pointerId, event_id AS eventId,
         event_time AS eventTime, name, key, data
       FROM inbox WHERE instance_id = ? ORDER BY seq`,
    );
    this.remove = driver.prepare('DELETE FROM inbox WHERE instance_id = ? AND id = ?');
    this.clearAll = driver.prepare('DELETE FROM inbox WHERE instance_id = ?');
  }

  /** @param signalBytes what a signal counts for */
  put(instanceId: string, message: InboxMessage, signalBytes: number | null = null): void {
    this.insert.run(
      instanceId,
      message.id,
      message.subscriptionId,
      message.pointerId,
      message.eventId,
      message.eventTime,
      message.name,
      message.key,
      message.data,
      signalBytes,
    );
  }

  of(instanceId: string): InboxMessage[] {
    return this.select.all(instanceId).map((row) => ({ ...(row as InboxMessage) }));
  }

  consume(instanceId: string, messageIds: readonly string[]): void {
    for (const id of messageIds) this.remove.run(instanceId, id);
  }

  clear(instanceId: string): void {
    this.clearAll.run(instanceId);
  }
}
