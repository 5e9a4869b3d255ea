import type { NewEvent, PublishReceipt, StoredEvent } from '@workflow-runner/contract';
import { ofEvent } from '../shared/audit-facts.js';
import { eventTime, tenantKey } from '../shared/matching.js';
import { isWakeable } from '../shared/standing.js';
import type { AuditWriter } from './audit-writer.js';
import type { Driver, Statement } from './driver.js';
import type { EventDelivery, Recipient } from './event-delivery.js';
import type { Group } from './group.js';

interface EventRow extends Omit<StoredEvent, 'tenantId'> {
  readonly seq: number;
  readonly tenant: string;
}

/** Events as they come in, and those whose time comes later. */
export class Publishing {
  private readonly insert: Statement;
  private readonly due: Statement;
  private readonly markDelivered: Statement;
  private readonly select: Statement;

  constructor(
    driver: Driver,
    private readonly delivery: EventDelivery,
    private readonly audit: AuditWriter,
  ) {
    const columns = `seq, tenant, id, name, key, time, published_at AS publishedAt, correlation_id AS correlationId, data`;
    this.insert = driver.prepare(
      `INSERT INTO events (tenant, id, name, key, time, published_at, delivered, correlation_id, data)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, id) DO NOTHING`,
    );
    this.due = driver.prepare(
      `SELECT ${columns} FROM events WHERE delivered = 0 AND time <= ? ORDER BY time, seq LIMIT ?`,
    );
    this.markDelivered = driver.prepare('UPDATE events SET delivered = 1 WHERE seq = ?');
    this.select = driver.prepare(`SELECT ${columns} FROM events WHERE tenant = ? AND id = ?`);
  }

  publish(group: Group, asked: NewEvent): PublishReceipt {
    const tenant = tenantKey(asked.tenantId);
    const event = { ...asked, time: eventTime(asked.time, group.now) };
    const isDue = event.time <= group.now;
    const { changes } = this.insert.run(
      tenant,
      event.id,
      event.name,
      event.key,
      event.time,
      group.now,
      isDue ? 1 : 0,
      event.correlationId,
      event.data,
    );
    if (Number(changes) === 0) return receiptOf(event.id, false, []);
    if (asked.audit) this.audit.write(ofEvent(asked.audit, asked, group.now));
    return receiptOf(event.id, true, isDue ? this.delivery.deliver(group, event, tenant) : []);
  }

  deliverDue(group: Group, limit: number): PublishReceipt[] {
    return (this.due.all(group.now, limit) as EventRow[]).map((event) => {
      this.markDelivered.run(event.seq);
      return receiptOf(event.id, true, this.delivery.deliver(group, event, event.tenant));
    });
  }

  event(tenantId: string | null, id: string): StoredEvent | null {
    const row = this.select.get(tenantKey(tenantId), id) as EventRow | undefined;
    if (!row) return null;
    const { seq: _, tenant, ...event } = row;
    return { ...event, tenantId: tenant === '' ? null : tenant };
  }
}

function receiptOf(id: string, accepted: boolean, recipients: readonly Recipient[]): PublishReceipt {
  const woken = new Set<string>();
  const owned = new Map<string, string>();
  for (const { instanceId, status, ownerNode } of recipients) {
    if (ownerNode !== null) owned.set(instanceId, ownerNode);
    else if (isWakeable(status)) woken.add(instanceId);
  }
  return {
    id,
    accepted,
    woken: [...woken],
    owned: [...owned].map(([instanceId, nodeId]) => ({ instanceId, nodeId })),
  };
}
