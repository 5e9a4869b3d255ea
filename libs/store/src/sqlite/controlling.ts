import type { ControlMark, ControlReceipt, ControlRequest, NewSignal } from '@workflow-runner/contract';
import { admits, markTime } from '../shared/control-verdict.js';
import { tenantKey } from '../shared/matching.js';
import { signalMessage } from '../shared/signal-message.js';
import { isFinal } from '../shared/standing.js';
import type { Driver, Statement } from './driver.js';
import type { EventDelivery, Recipient } from './event-delivery.js';
import type { Group } from './group.js';
import type { Inboxes } from './inboxes.js';
import { readJson } from './instance-rows.js';

interface Target extends Recipient {
  readonly tenant: string;
  readonly control: string | null;
  readonly lastMarkAt: number;
}

const UNKNOWN: ControlReceipt = { verdict: 'unknown', status: null, ownerNodeId: null };

/** What others write for an instance without owning it: control marks and signals. */
export class Controlling {
  private readonly select: Statement;
  private readonly mark: Statement;
  private readonly remember: Statement;

  constructor(
    driver: Driver,
    private readonly inboxes: Inboxes,
    private readonly delivery: EventDelivery,
  ) {
    this.select = driver.prepare(
      `SELECT id AS instanceId, tenant, status, owner_node AS ownerNode, control, last_mark_at AS lastMarkAt
       FROM instances WHERE id = ?`,
    );
    this.mark = driver.prepare(
      `UPDATE instances SET control = ?, last_mark_at = ?, updated_at = ?,
         wake_at = CASE WHEN owner_node IS NULL THEN min(coalesce(wake_at, ?), ?) ELSE wake_at END
       WHERE id = ?`,
    );
    this.remember = driver.prepare(
      'INSERT INTO signals (instance_id, id) VALUES (?, ?) ON CONFLICT (instance_id, id) DO NOTHING',
    );
  }

  control(group: Group, asked: ControlRequest): ControlReceipt {
    const target = this.target(asked.instanceId, asked.tenantId);
    if (!target) return UNKNOWN;
    const standing = readJson<ControlMark>(target.control);
    if (!admits(target.status, standing, asked.mark.action)) return receiptOf('refused', target);
    const at = markTime(group.now, target.lastMarkAt);
    const mark: ControlMark = { ...asked.mark, at };
    this.mark.run(JSON.stringify(mark), at, group.now, group.now, group.now, asked.instanceId);
    if (target.ownerNode === null) group.due = true;
    else group.ring(target.ownerNode);
    return receiptOf('accepted', target);
  }

  send(group: Group, signal: NewSignal): ControlReceipt {
    const target = this.target(signal.instanceId, signal.tenantId);
    if (!target) return UNKNOWN;
    if (isFinal(target.status)) return receiptOf('refused', target);
    const { changes } = this.remember.run(signal.instanceId, signal.id);
    if (Number(changes) === 1) {
      this.inboxes.put(signal.instanceId, signalMessage(signal, group.now));
      this.delivery.stir(group, target);
    }
    return receiptOf('accepted', target);
  }

  private target(id: string, tenantId: string | null): Target | null {
    const found = this.select.get(id) as Target | undefined;
    if (!found) return null;
    return tenantId === null || found.tenant === tenantKey(tenantId) ? found : null;
  }
}

function receiptOf(verdict: 'accepted' | 'refused', target: Target): ControlReceipt {
  return { verdict, status: target.status, ownerNodeId: target.ownerNode };
}
