import type { NodeIdentity, NodeRecord, NodeRegistration, Pulse } from '@workflow-runner/contract';
import { DUE_WITHOUT_OWNER } from './claimable.js';
import type { Driver, Opener, Statement } from './driver.js';
import type { Group } from './group.js';
import type { LocalNodes } from './local-nodes.js';
import { isProvenGone, removeLock } from './node-lock.js';
import type { Ownership } from './ownership.js';

type StoredNode = Omit<NodeRecord, 'provenGone' | 'workflowIds'> & { readonly workflowIds: string };

export interface NodeRegistryParts {
  readonly opener: Opener;
  readonly path: string;
  readonly local: LocalNodes;
  readonly ownership: Ownership;
}

/**
 * Nodes of this store. A node's row: alive -> left (orderly end) or dead (taken over) -> alive with the next epoch.
 * Nothing but the state `alive` of its epoch lets a commit through.
 */
export class NodeRegistry {
  private readonly epoch: Statement;
  private readonly insert: Statement;
  private readonly pulse: Statement;
  private readonly end: Statement;
  private readonly free: Statement;
  private readonly giveBack: Statement;
  private readonly select: Statement;
  private readonly holder: Statement;
  private readonly take: Statement;

  constructor(
    driver: Driver,
    private readonly parts: NodeRegistryParts,
  ) {
    this.epoch = driver.prepare('SELECT epoch FROM nodes WHERE node_id = ?');
    this.insert = driver.prepare(
      `INSERT INTO nodes (node_id, epoch, beat, state, ring, lease_ms, workflow_ids, started_at, seen_at)
       VALUES (?, ?, 0, 'alive', 0, ?, ?, ?, ?)
       ON CONFLICT (node_id) DO UPDATE SET epoch = excluded.epoch, beat = 0, state = 'alive', ring = 0,
         lease_ms = excluded.lease_ms, workflow_ids = excluded.workflow_ids, started_at = excluded.started_at,
         seen_at = excluded.seen_at`,
    );
    this.pulse = driver.prepare(
      `UPDATE nodes SET beat = beat + 1, workflow_ids = ?, seen_at = ?
       WHERE node_id = ? AND epoch = ? AND state = 'alive' RETURNING ring`,
    );
    this.end = driver.prepare(
      `UPDATE nodes SET state = ? WHERE node_id = ? AND epoch = ? AND state = 'alive'`,
    );
    const latest = `revision = max(revision, coalesce(
      (SELECT max(j.revision) FROM journal j WHERE j.instance = instances.seq), 0))`;
    this.free = driver.prepare(
      `UPDATE instances SET owner_node = NULL, owner_epoch = NULL, fence = fence + 1,
         crashes = crashes + (${DUE_WITHOUT_OWNER} <= :now), wake_at = ${DUE_WITHOUT_OWNER}, updated_at = :now, ${latest}
       WHERE owner_node = :nodeId AND owner_epoch <= :epoch RETURNING id`,
    );
    this.giveBack = driver.prepare(
      `UPDATE instances SET owner_node = NULL, owner_epoch = NULL, wake_at = ${DUE_WITHOUT_OWNER}, updated_at = :now,
         ${latest}
       WHERE owner_node = :nodeId AND owner_epoch = :epoch RETURNING id`,
    );
    this.select = driver.prepare(
      `SELECT node_id AS nodeId, epoch, beat, state, lease_ms AS leaseMs, workflow_ids AS workflowIds,
         started_at AS startedAt
       FROM nodes ORDER BY node_id`,
    );
    this.holder = driver.prepare(
      `SELECT r.node_id AS nodeId FROM roles r JOIN nodes n ON n.node_id = r.node_id AND n.epoch = r.epoch
       WHERE r.role = ? AND n.state = 'alive'`,
    );
    this.take = driver.prepare(
      `INSERT INTO roles (role, node_id, epoch) VALUES (?, ?, ?)
       ON CONFLICT (role) DO UPDATE SET node_id = excluded.node_id, epoch = excluded.epoch`,
    );
  }

  /** Ends the node's earlier epochs and says which one is next. */
  nextEpoch(group: Group, { nodeId }: NodeRegistration): NodeIdentity {
    const before = this.epoch.get(nodeId) as { epoch: number } | undefined;
    if (before) this.freeAll(group, { nodeId, epoch: before.epoch });
    return { nodeId, epoch: (before?.epoch ?? 0) + 1 };
  }

  enter(group: Group, node: NodeIdentity, { leaseMs, workflowIds }: NodeRegistration): void {
    const workflows = JSON.stringify(workflowIds);
    this.insert.run(node.nodeId, node.epoch, leaseMs, workflows, group.now, group.now);
    group.forgetNode(node.nodeId);
  }

  beat(group: Group, node: NodeIdentity, workflowIds: readonly string[]): Pulse {
    const row = this.pulse.get(JSON.stringify(workflowIds), group.now, node.nodeId, node.epoch);
    const local = this.parts.local.get(node);
    if (!row) return { alive: false, rung: false };
    const { ring } = row as { ring: number };
    const rung = ring > (local?.ringSeen ?? 0);
    if (local) local.ringSeen = ring;
    return { alive: true, rung };
  }

  leave(group: Group, node: NodeIdentity): void {
    if (Number(this.end.run('left', node.nodeId, node.epoch).changes) === 0) return;
    const { nodeId, epoch } = node;
    const freed = this.giveBack.all({ now: group.now, nodeId, epoch }) as { id: string }[];
    this.gaveBack(group, freed);
    group.forgetNode(node.nodeId);
  }

  takeover(group: Group, dead: NodeIdentity): string[] {
    this.end.run('dead', dead.nodeId, dead.epoch);
    group.forgetNode(dead.nodeId);
    return this.freeAll(group, dead);
  }

  /** True when the node has the role now; false while a living node has it, or when its own epoch is dead. */
  hold(group: Group, role: string, node: NodeIdentity): boolean {
    if (!group.isAlive(node)) return false;
    const holder = this.holder.get(role) as { nodeId: string } | undefined;
    if (holder) return holder.nodeId === node.nodeId;
    this.take.run(role, node.nodeId, node.epoch);
    return true;
  }

  /** Also clears the lock files of those that are known to be gone. */
  list(): NodeRecord[] {
    return (this.select.all() as StoredNode[]).map((row) => {
      const provenGone = this.isGone(row);
      if (provenGone && row.state !== 'alive') removeLock(this.parts.path, row);
      return { ...row, workflowIds: JSON.parse(row.workflowIds) as string[], provenGone };
    });
  }

  private freeAll(group: Group, dead: NodeIdentity): string[] {
    const { nodeId, epoch } = dead;
    const freed = this.free.all({ now: group.now, nodeId, epoch }) as { id: string }[];
    this.gaveBack(group, freed);
    return freed.map(({ id }) => id);
  }

  /** Their slots went with the owner. */
  private gaveBack(group: Group, freed: readonly { id: string }[]): void {
    if (freed.length === 0) return;
    for (const { id } of freed) this.parts.ownership.drop(id);
    group.heldSlots.clear();
    group.due = true;
  }

  private isGone(node: StoredNode): boolean {
    if (node.state === 'left') return true;
    if (this.parts.local.get(node)) return false;
    return isProvenGone(this.parts.opener, this.parts.path, node);
  }
}
