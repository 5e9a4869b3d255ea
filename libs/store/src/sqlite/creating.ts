import type { CreateReceipt, InstanceRecord, NewInstance } from '@workflow-runner/contract';
import { ofStart } from '../shared/audit-facts.js';
import { CREATED_ENTRY } from '../shared/created-entry.js';
import { firstRecord } from '../shared/first-record.js';
import { tenantKey } from '../shared/matching.js';
import { queuedAs } from '../shared/slots.js';
import type { AuditWriter } from './audit-writer.js';
import type { Driver, Statement } from './driver.js';
import type { Group } from './group.js';
import type { JournalWriter } from './journal-writer.js';
import type { LocalNodes } from './local-nodes.js';
import type { Ownership } from './ownership.js';
import type { Slots } from './slots.js';

const COLUMNS = [
  'id',
  'tenant',
  'name_space',
  'name',
  'version',
  'workflow_id',
  'definition_hash',
  'status',
  'status_reason',
  'priority',
  'wake_at',
  'owner_node',
  'owner_epoch',
  'fence',
  'revision',
  'snapshot_revision',
  'crashes',
  'created_at',
  'started_at',
  'updated_at',
  'deadline_at',
  'overdue_at',
  'correlation_id',
  'traceparent',
  'caller',
  'origin',
  'concurrency_key',
  'idempotency_key',
  'tags',
  'snapshot',
  'slot',
  'slot_since',
];

const NO_SLOT = { slot: null, queues: false } as const;

export interface CreatingParts {
  readonly journal: JournalWriter;
  readonly local: LocalNodes;
  readonly ownership: Ownership;
  readonly slots: Slots;
  readonly audit: AuditWriter;
}

/** Starts of instances: one row each, and one more for a key and for each tag. */
export class Creating {
  private readonly insert: Statement;
  private readonly key: Statement;
  private readonly insertKey: Statement;
  private readonly insertTag: Statement;

  constructor(
    driver: Driver,
    private readonly parts: CreatingParts,
  ) {
    this.insert = driver.prepare(
      `INSERT INTO instances (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')})
       ON CONFLICT (id) DO NOTHING`,
    );
    this.key = driver.prepare(
      `SELECT instance_id AS instanceId, digest FROM idempotency_keys WHERE tenant = ? AND workflow = ? AND key = ?`,
    );
    this.insertKey = driver.prepare(
      `INSERT INTO idempotency_keys (tenant, workflow, key, instance_id, digest, created_at)
       VALUES (?, ?, ?, ?, ?, ?)`,
    );
    this.insertTag = driver.prepare('INSERT INTO tags (key, value, instance_id) VALUES (?, ?, ?)');
  }

  create(group: Group, asked: NewInstance): CreateReceipt {
    const used = this.keyInUse(asked);
    if (used) return used;
    const { journal, local, ownership, slots, audit } = this.parts;
    const claimed = asked.claimBy !== null && group.isAlive(asked.claimBy);
    const { slot, queues } = claimed ? slots.forStart(group, asked) : NO_SLOT;
    const first = firstRecord(asked, claimed && !queues, group.now);
    const record = queues ? { ...first, ...queuedAs(first), wakeAt: first.overdueAt } : first;
    const seq = this.insertRow(record, asked.snapshot, slot, queues ? first.wakeAt : null);
    if (seq === null) return { verdict: 'existing', instanceId: asked.id };
    this.insertDetails(record, asked.digest);
    if (asked.audit) audit.write(ofStart(asked.audit, asked, group.now));
    if (record.owner === null) {
      journal.append(group, seq, 0, CREATED_ENTRY, null);
      group.due = true;
    } else {
      slots.took(group, slot);
      if (local.get(record.owner)) {
        ownership.set(record.id, {
          seq,
          owner: record.owner,
          fence: 1,
          revision: 0,
          leavesRow: true,
          slot,
        });
      }
    }
    group.countStart(record.workflowId, group.now);
    return { verdict: 'created', record };
  }

  private keyInUse(asked: NewInstance): CreateReceipt | null {
    if (asked.idempotencyKey === null) return null;
    const found = this.key.get(tenantKey(asked.tenantId), keyScope(asked), asked.idempotencyKey);
    if (!found) return null;
    const { instanceId, digest } = found as { instanceId: string; digest: string };
    return { verdict: digest === asked.digest ? 'existing' : 'conflict', instanceId };
  }

  /** @returns the row's number; null when an instance of this id is stored already */
  private insertRow(
    record: InstanceRecord,
    snapshot: string,
    slot: string | null,
    slotSince: number | null,
  ): number | null {
    const { changes, lastInsertRowid } = this.insert.run(
      record.id,
      tenantKey(record.tenantId),
      record.nameSpace,
      record.name,
      record.version,
      record.workflowId,
      record.definitionHash,
      record.status,
      record.statusReason,
      record.priority,
      record.wakeAt,
      record.owner?.nodeId ?? null,
      record.owner?.epoch ?? null,
      record.fence,
      0,
      0,
      0,
      record.createdAt,
      record.startedAt,
      record.updatedAt,
      record.deadlineAt,
      record.overdueAt,
      record.correlationId,
      record.traceparent,
      JSON.stringify(record.caller),
      JSON.stringify(record.origin),
      record.concurrencyKey,
      record.idempotencyKey,
      JSON.stringify(record.tags),
      snapshot,
      slot,
      slotSince,
    );
    return Number(changes) === 1 ? Number(lastInsertRowid) : null;
  }

  private insertDetails(record: InstanceRecord, digest: string): void {
    if (record.idempotencyKey !== null) {
      const tenant = tenantKey(record.tenantId);
      this.insertKey.run(
        tenant,
        keyScope(record),
        record.idempotencyKey,
        record.id,
        digest,
        record.createdAt,
      );
    }
    for (const [key, value] of Object.entries(record.tags)) this.insertTag.run(key, value, record.id);
  }
}

/** Keys are unique per workflow, whatever its version. */
function keyScope({ nameSpace, name }: Pick<NewInstance, 'nameSpace' | 'name'>): string {
  return `${nameSpace}.${name}`;
}
