import { NodeFencedError } from '@workflow-runner/contract';
import type {
  ClaimRequest,
  InboxMessage,
  InstanceRecord,
  LoadedInstance,
  NodeIdentity,
  PutOff,
} from '@workflow-runner/contract';
import type { Choosing } from './choosing.js';
import { DUE_WITHOUT_OWNER, MARKED_OR_MINE, perPriority, UNOWNED } from './claimable.js';
import type { Driver, Statement } from './driver.js';
import type { Group } from './group.js';
import { OWN_COLUMNS, toRecord, type InstanceRow } from './instance-rows.js';
import type { Inboxes } from './inboxes.js';
import type { LocalNodes } from './local-nodes.js';
import type { Ownership } from './ownership.js';
import { Refusal } from './refusal.js';
import type { Slots } from './slots.js';

export interface ClaimingParts {
  readonly choosing: Choosing;
  readonly slots: Slots;
  readonly inboxes: Inboxes;
  readonly local: LocalNodes;
  readonly ownership: Ownership;
}

/** Also of the node's own workflows, so that one look into the index is enough: those are due by `wake_at` before. */
export const NEXT_OVERDUE = `SELECT min(overdue_at) AS at FROM instances
  WHERE owner_node IS NULL AND wake_at IS NOT NULL AND overdue_at IS NOT NULL`;

/** Taking ownership, and giving it back unused. */
export class Claiming {
  private readonly take: Statement;
  private readonly takeAhead: Statement;
  private readonly begin: Statement;
  private readonly snapshot: Statement;
  private readonly tail: Statement;
  private readonly giveBack: Statement;
  private readonly nextWake: Statement;
  private readonly nextOverdue: Statement;
  private readonly nextEvent: Statement;

  constructor(
    driver: Driver,
    private readonly parts: ClaimingParts,
  ) {
    this.take = driver.prepare(
      `UPDATE instances SET owner_node = ?, owner_epoch = ?, fence = fence + 1,
         status = CASE WHEN status IN ('paused', 'failed') THEN status ELSE 'running' END,
         status_reason = CASE WHEN status IN ('paused', 'failed') THEN status_reason END,
         started_at = coalesce(started_at, ?), updated_at = ?, slot = ?, slot_since = NULL
       WHERE seq = ? RETURNING ${OWN_COLUMNS}`,
    );
    this.takeAhead = driver.prepare(
      `UPDATE instances SET owner_node = ?, owner_epoch = ?, fence = fence + 1, updated_at = ?, slot = NULL
       WHERE seq = ? RETURNING ${OWN_COLUMNS}`,
    );
    this.begin = driver.prepare(
      `UPDATE instances SET status = 'running', status_reason = NULL, updated_at = ?
       WHERE id = ? AND owner_node = ? AND owner_epoch = ? AND fence = ? AND status = 'waiting'`,
    );
    this.snapshot = driver.prepare('SELECT snapshot FROM instances WHERE seq = ?');
    this.tail = driver.prepare(
      'SELECT change FROM journal WHERE instance = ? AND revision > ? ORDER BY revision',
    );
    this.giveBack = driver.prepare(
      `UPDATE instances SET owner_node = NULL, owner_epoch = NULL, wake_at = coalesce(:later, ${DUE_WITHOUT_OWNER}),
         overdue_at = max(overdue_at, coalesce(:later, ${DUE_WITHOUT_OWNER})), updated_at = :now,
         status = CASE WHEN :later IS NOT NULL AND status = 'running' THEN 'waiting' ELSE status END,
         status_reason = CASE WHEN :later IS NOT NULL AND status IN ('running', 'waiting') THEN :reason
           ELSE status_reason END,
         revision = max(revision, coalesce((SELECT max(j.revision) FROM journal j WHERE j.instance = instances.seq), 0))
       WHERE id = :id AND owner_node = :node AND owner_epoch = :epoch AND fence = :fence
       RETURNING slot`,
    );
    this.nextWake = driver.prepare(
      `SELECT min(wake_at) AS at FROM (${perPriority(
        (priority) => `SELECT wake_at FROM instances
         WHERE priority = '${priority}' AND wake_at IS NOT NULL AND ${UNOWNED} AND (${MARKED_OR_MINE})
         ORDER BY wake_at LIMIT 1`,
      )})`,
    );
    this.nextOverdue = driver.prepare(NEXT_OVERDUE);
    this.nextEvent = driver.prepare('SELECT min(time) AS at FROM events WHERE delivered = 0');
  }

  claim(group: Group, node: NodeIdentity, request: ClaimRequest): LoadedInstance[] | Refusal {
    if (!group.isAlive(node)) return new Refusal(new NodeFencedError(node.nodeId, node.epoch));
    const { choosing } = this.parts;
    const taken: LoadedInstance[] = [];
    const add = (row: InstanceRow): void => {
      taken.push(this.loaded(row, request.cached?.(row.id) === row.revision));
    };
    choosing.choose(group, request, (seq, slot) => add(this.takeOne(group, node, seq, slot)));
    const left = request.limit - taken.length;
    choosing.chooseAhead(group, request, left, (seq) => add(this.takeOneAhead(group, node, seq)));
    return taken;
  }

  /** A commit that leaves the row alone leaves `waiting` there, too: only its owner knows better, and says so here. */
  markRunning(
    group: Group,
    { nodeId, epoch }: NodeIdentity,
    instances: readonly Pick<InstanceRecord, 'id' | 'fence'>[],
  ): void {
    for (const { id, fence } of instances) this.begin.run(group.now, id, nodeId, epoch, fence);
  }

  /** The state of a row as it was read; snapshot and tail are skipped when `current` says so. */
  loaded(row: InstanceRow, current = false): LoadedInstance {
    const record = toRecord(row);
    const inbox: InboxMessage[] = this.parts.inboxes.of(record.id);
    if (current) return { record, snapshot: '', tail: [], inbox };
    const { snapshot } = this.snapshot.get(row.seq) as { snapshot: string };
    if (record.revision === record.snapshotRevision) return { record, snapshot, tail: [], inbox };
    const tail = this.tail.all(row.seq, record.snapshotRevision) as { change: string }[];
    return { record, snapshot, tail: tail.map(({ change }) => change), inbox };
  }

  release(group: Group, { nodeId, epoch }: NodeIdentity, id: string, fence: number, later?: PutOff): void {
    const released = this.giveBack.get({
      now: group.now,
      later: later?.wakeAt ?? null,
      reason: later?.statusReason ?? null,
      ...{ id, node: nodeId, epoch, fence },
    }) as { slot: string | null } | undefined;
    if (!released) return;
    this.parts.ownership.drop(id);
    this.parts.slots.gave(group, released.slot);
    group.due = true;
  }

  nextDueAt(workflowIds: readonly string[] | undefined): number | null {
    const workflows = workflowIds === undefined ? null : JSON.stringify(workflowIds);
    const found = [this.nextWake.get({ workflows }), this.nextOverdue.get(), this.nextEvent.get()];
    const moments = (found as { at: number | null }[]).flatMap(({ at }) => at ?? []);
    return moments.length === 0 ? null : Math.min(...moments);
  }

  private takeOne(group: Group, node: NodeIdentity, seq: number, slot: string | null): InstanceRow {
    const row = this.take.get(node.nodeId, node.epoch, group.now, group.now, slot, seq) as InstanceRow;
    this.parts.slots.took(group, slot);
    this.own(node, row, slot);
    return row;
  }

  private takeOneAhead(group: Group, node: NodeIdentity, seq: number): InstanceRow {
    const row = this.takeAhead.get(node.nodeId, node.epoch, group.now, seq) as InstanceRow;
    this.own(node, row, null);
    return row;
  }

  private own(
    node: NodeIdentity,
    { id, seq, fence, revision, status }: InstanceRow,
    slot: string | null,
  ): void {
    if (!this.parts.local.get(node)) return;
    const leavesRow = status === 'running' || status === 'waiting';
    this.parts.ownership.set(id, { seq, owner: node, fence, revision, leavesRow, slot });
  }
}
