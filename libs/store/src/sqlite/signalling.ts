import { SIGNAL_NAME, SIGNAL_OVERHEAD_BYTES } from '@workflow-runner/contract';
import type { NewSignal, SignalReceipt } from '@workflow-runner/contract';
import { ofSignal } from '../shared/audit-facts.js';
import { signalMessage } from '../shared/signal-message.js';
import { isFinal } from '../shared/standing.js';
import type { AuditWriter } from './audit-writer.js';
import type { Driver, Statement } from './driver.js';
import type { EventDelivery, Recipient } from './event-delivery.js';
import type { Group } from './group.js';
import type { Inboxes } from './inboxes.js';

interface Target extends Recipient {
  readonly tenantId: string | null;
  readonly workflowId: string;
  /** What its signals count for that no step has waited for yet. */
  readonly waitingBytes: number;
  /** Null: this signal is new. */
  readonly known: number | null;
}

/** Messages straight to one instance, from others than its owner. */
export class Signalling {
  private readonly select: Statement;
  private readonly remember: Statement;

  constructor(
    driver: Driver,
    private readonly inboxes: Inboxes,
    private readonly delivery: EventDelivery,
    private readonly audit: AuditWriter,
  ) {
    this.select = driver.prepare(
      `SELECT id AS instanceId, nullif(tenant, '') AS tenantId, workflow_id AS workflowId, status, owner_node AS ownerNode,
         (SELECT 1 FROM signals s WHERE s.instance_id = i.id AND s.id = ?) AS known,
         kept_signal_bytes + coalesce((
           SELECT sum(coalesce(m.signal_bytes, octet_length(m.data) + ${SIGNAL_OVERHEAD_BYTES}))
           FROM inbox m WHERE m.instance_id = i.id AND m.name = '${SIGNAL_NAME}'), 0) AS waitingBytes
       FROM instances i WHERE id = ?`,
    );
    this.remember = driver.prepare('INSERT INTO signals (instance_id, id) VALUES (?, ?)');
  }

  send(group: Group, signal: NewSignal): SignalReceipt {
    const { id, instanceId, tenantId } = signal;
    const target = this.select.get(id, instanceId) as Target | undefined;
    if (!target || (tenantId !== null && target.tenantId !== tenantId)) {
      return { verdict: 'unknown', status: null, ownerNodeId: null };
    }
    const { status, ownerNode: ownerNodeId } = target;
    if (target.known !== null) return { verdict: 'accepted', status, ownerNodeId };
    if (isFinal(status)) return { verdict: 'refused', status, ownerNodeId };
    if (target.waitingBytes + signal.bytes > signal.limitBytes)
      return { verdict: 'full', status, ownerNodeId };
    this.remember.run(instanceId, id);
    this.inboxes.put(instanceId, signalMessage(signal, group.now), signal.bytes);
    if (signal.audit) this.audit.write(ofSignal(signal.audit, signal, target, group.now));
    this.delivery.stir(group, target);
    return { verdict: 'accepted', status, ownerNodeId };
  }
}
