import type { ControlMark, ControlReceipt, ControlRequest } from '@workflow-runner/contract';
import { ofControl } from '../shared/audit-facts.js';
import { admits, markTime } from '../shared/control-verdict.js';
import type { AuditWriter } from './audit-writer.js';
import type { Driver, Statement } from './driver.js';
import type { Recipient } from './event-delivery.js';
import type { Group } from './group.js';
import { readJson } from './instance-rows.js';

interface Target extends Recipient {
  readonly tenantId: string | null;
  readonly workflowId: string;
  readonly control: string | null;
  readonly lastMarkAt: number;
  readonly lastMarkId: string | null;
}

const UNKNOWN: ControlReceipt = { verdict: 'unknown', status: null, ownerNodeId: null };

/** Control marks: what others wish of an instance that they do not own. */
export class Controlling {
  private readonly select: Statement;
  private readonly mark: Statement;

  constructor(
    driver: Driver,
    private readonly audit: AuditWriter,
  ) {
    this.select = driver.prepare(
      `SELECT id AS instanceId, nullif(tenant, '') AS tenantId, workflow_id AS workflowId, status, owner_node AS ownerNode, control, last_mark_at AS lastMarkAt,
         last_mark_id AS lastMarkId
       FROM instances WHERE id = ?`,
    );
    this.mark = driver.prepare(
      `UPDATE instances SET control = ?, last_mark_at = ?, last_mark_id = ?, updated_at = ?,
         wake_at = CASE WHEN owner_node IS NULL THEN min(coalesce(wake_at, ?), ?) ELSE wake_at END
       WHERE id = ?`,
    );
  }

  control(group: Group, asked: ControlRequest): ControlReceipt {
    const target = this.target(asked.instanceId, asked.tenantId);
    if (!target) return UNKNOWN;
    if (target.lastMarkId === asked.id) return receiptOf('accepted', target);
    const standing = readJson<ControlMark>(target.control);
    if (!admits(target.status, standing, asked.mark.action)) return receiptOf('refused', target);
    const at = markTime(group.now, target.lastMarkAt);
    const mark: ControlMark = { ...asked.mark, at };
    const { now } = group;
    this.mark.run(JSON.stringify(mark), at, asked.id, now, now, now, asked.instanceId);
    if (asked.audit) this.audit.write(ofControl(asked.audit, asked, target, now));
    if (target.ownerNode === null) group.due = true;
    else group.ring(target.ownerNode);
    return receiptOf('accepted', target);
  }

  private target(id: string, tenantId: string | null): Target | null {
    const found = this.select.get(id) as Target | undefined;
    if (!found) return null;
    return tenantId === null || found.tenantId === tenantId ? found : null;
  }
}

function receiptOf(verdict: 'accepted' | 'refused', target: Target): ControlReceipt {
  return { verdict, status: target.status, ownerNodeId: target.ownerNode };
}
