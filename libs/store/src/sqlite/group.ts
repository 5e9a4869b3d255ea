import type { EndedStatus, NodeIdentity } from '@workflow-runner/contract';
import { minuteOf } from '../shared/matching.js';
import type { Driver, Statement } from './driver.js';
import type { LocalNodes } from './local-nodes.js';
import { StatisticsWriter, type Tally } from './statistics.js';

interface NodeRow {
  readonly epoch: number;
  readonly state: string;
  readonly ring: number;
}

/** The statements every group needs. */
export class GroupStatements {
  readonly lastPosition: Statement;
  readonly node: Statement;
  readonly ring: Statement;
  readonly statistics: StatisticsWriter;

  constructor(driver: Driver) {
    this.lastPosition = driver.prepare(
      `SELECT max(
         coalesce((SELECT max(position) FROM journal), 0),
         coalesce((SELECT value FROM meta WHERE key = 'journal_floor'), 0)
       ) AS position`,
    );
    this.node = driver.prepare('SELECT epoch, state, ring FROM nodes WHERE node_id = ?');
    this.ring = driver.prepare(
      `UPDATE nodes SET ring = ring + 1 WHERE node_id = ? AND state = 'alive' RETURNING epoch, state, ring`,
    );
    this.statistics = new StatisticsWriter(driver);
  }
}

/** One transaction and what its jobs share: its moment, the check of each node, rings, counts, hints. */
export class Group {
  private readonly nodes = new Map<string, NodeRow | undefined>();
  private readonly rings = new Set<string>();
  private readonly tallies = new Map<string, Tally>();
  private position: number | null = null;
  /** Slots that are held, of those workflows for which somebody has asked. */
  readonly heldSlots = new Map<string, number>();
  /** Somebody must be told of something due. */
  due = false;
  /** A node of this process has mail. */
  mail = false;

  constructor(
    readonly now: number,
    private readonly statements: GroupStatements,
    private readonly local: LocalNodes,
  ) {}

  /** The place of the next journal row in the order of publication; never used twice. */
  nextPosition(): number {
    this.position ??= (this.statements.lastPosition.get() as { position: number }).position;
    this.position += 1;
    return this.position;
  }

  /** Reads the node's row once per group; the write lock keeps it as it is until the commit. */
  isAlive(node: NodeIdentity): boolean {
    if (!this.nodes.has(node.nodeId)) {
      this.nodes.set(node.nodeId, this.statements.node.get(node.nodeId) as NodeRow | undefined);
    }
    const row = this.nodes.get(node.nodeId);
    return row !== undefined && row.epoch === node.epoch && row.state === 'alive';
  }

  /** After the commit: whether a node of this process that was alive in the group has been declared dead since. */
  hasLostNode(): boolean {
    for (const [nodeId, row] of this.nodes) {
      if (row?.state !== 'alive' || this.local.byId(nodeId)?.epoch !== row.epoch) continue;
      const now = this.statements.node.get(nodeId) as NodeRow | undefined;
      if (now?.epoch !== row.epoch || now.state !== 'alive') return true;
    }
    return false;
  }

  /** After a node's row was changed within the group. */
  forgetNode(nodeId: string): void {
    this.nodes.delete(nodeId);
  }

  /** Tells a node, wherever it is, to read its mail. */
  ring(nodeId: string): void {
    this.rings.add(nodeId);
  }

  countStart(workflowId: string, at: number): void {
    this.tally(workflowId, at).started += 1;
  }

  countEnd(status: EndedStatus, workflowId: string, at: number, durationMs: number): void {
    const tally = this.tally(workflowId, at);
    tally[status] += 1;
    tally.durationMs += durationMs;
  }

  /** Writes what was gathered; the last thing before the commit. */
  finish(): void {
    for (const nodeId of this.rings) {
      this.nodes.set(nodeId, this.statements.ring.get(nodeId) as NodeRow | undefined);
    }
    for (const tally of this.tallies.values()) this.statements.statistics.write(tally);
  }

  /** After the commit: notes which local nodes were rung by anybody since they were last told. */
  noteRings(): void {
    for (const [nodeId, row] of this.nodes) {
      const local = this.local.byId(nodeId);
      if (!local || !row || row.epoch !== local.epoch || row.ring <= local.ringHinted) continue;
      local.ringHinted = row.ring;
      this.mail = true;
    }
  }

  private tally(workflowId: string, at: number): Tally {
    const minute = minuteOf(at);
    const key = `${minute} ${workflowId}`;
    let tally = this.tallies.get(key);
    if (!tally) {
      tally = { minute, workflowId, started: 0, completed: 0, failed: 0, cancelled: 0, durationMs: 0 };
      this.tallies.set(key, tally);
    }
    return tally;
  }
}
