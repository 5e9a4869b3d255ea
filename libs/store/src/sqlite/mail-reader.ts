import type { LoadedInstance, NodeIdentity } from '@workflow-runner/contract';
import type { Driver, Statement } from './driver.js';
import { CURRENT_COLUMNS, toRecord, type InstanceRow } from './instance-rows.js';
import type { Inboxes } from './inboxes.js';
import type { LocalNodes } from './local-nodes.js';

/** What others have left for the instances that a node owns. */
export class MailReader {
  private readonly withMail: Statement;
  private readonly ring: Statement;

  constructor(
    driver: Driver,
    private readonly inboxes: Inboxes,
    private readonly local: LocalNodes,
  ) {
    this.withMail = driver.prepare(
      `SELECT ${CURRENT_COLUMNS} FROM instances WHERE owner_node = ? AND owner_epoch = ? AND (
         control IS NOT NULL OR EXISTS (SELECT 1 FROM inbox WHERE inbox.instance_id = instances.id))`,
    );
    this.ring = driver.prepare('SELECT ring FROM nodes WHERE node_id = ? AND epoch = ?');
  }

  read(node: NodeIdentity): Pick<LoadedInstance, 'record' | 'inbox'>[] {
    // The counter first: what is written after it was read rings once more.
    this.noteRing(node);
    return (this.withMail.all(node.nodeId, node.epoch) as InstanceRow[]).map((row) => {
      const record = toRecord(row);
      return { record, inbox: this.inboxes.of(record.id) };
    });
  }

  /** Whether a local node was rung since its process was last told; it counts as told from then on. */
  takeRing(nodeId: string): boolean {
    const local = this.local.byId(nodeId);
    const row = local && (this.ring.get(nodeId, local.epoch) as { ring: number } | undefined);
    if (!local || !row || row.ring <= local.ringHinted) return false;
    local.ringHinted = row.ring;
    return true;
  }

  private noteRing(node: NodeIdentity): void {
    const local = this.local.get(node);
    const row = this.ring.get(node.nodeId, node.epoch) as { ring: number } | undefined;
    if (!local || !row) return;
    local.ringSeen = row.ring;
    local.ringHinted = row.ring;
  }
}
