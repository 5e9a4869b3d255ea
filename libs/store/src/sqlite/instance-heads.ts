import type { ControlMark, Failure, InstanceStatus, Rest } from '@workflow-runner/contract';
import type { Standing } from '../shared/standing.js';
import type { Driver, Statement } from './driver.js';
import { readJson, writeJson } from './instance-rows.js';
import type { Owned } from './ownership.js';

/** The part of an instance's row that a commit may change. */
export interface Head extends Standing {
  readonly createdAt: number;
}

export interface HeadChange {
  readonly standing: Standing;
  readonly definitionHash: string | undefined;
  readonly keptSignalBytes: number | undefined;
  readonly ending: true | undefined;
  readonly revision: number;
  /** Null: the stored one stays. */
  readonly snapshot: string | null;
  readonly keepsOwner: boolean;
  readonly now: number;
}

interface HeadRow {
  readonly status: InstanceStatus;
  readonly status_reason: string | null;
  readonly wake_at: number | null;
  readonly overdue_at: number | null;
  readonly failure: string | null;
  readonly crashes: number;
  readonly created_at: number;
  readonly ended_at: number | null;
  readonly paused_at: number | null;
  readonly paused_ms: number;
  readonly control: string | null;
}

/** Reads and rewrites an instance's own row for its owner. */
export class InstanceHeads {
  private readonly select: Statement;
  private readonly selectOwned: Statement;
  private readonly update: Statement;
  private readonly finish: Statement;

  constructor(driver: Driver) {
    this.select = driver.prepare(
      `SELECT status, status_reason, wake_at, overdue_at, failure, crashes, created_at, ended_at, paused_at,
         paused_ms, control
       FROM instances WHERE seq = ?`,
    );
    this.selectOwned = driver.prepare(
      `SELECT seq, owner_node AS nodeId, owner_epoch AS epoch, fence, status, slot, max(revision, coalesce(
         (SELECT max(j.revision) FROM journal j WHERE j.instance = instances.seq), 0)) AS revision
       FROM instances WHERE id = ? AND owner_node IS NOT NULL`,
    );
    this.update = driver.prepare(
      `UPDATE instances SET status = ?, status_reason = ?, wake_at = ?, overdue_at = ?, failure = ?, crashes = ?,
         ended_at = ?, paused_at = ?, paused_ms = ?, control = ?, definition_hash = coalesce(?, definition_hash),
         kept_signal_bytes = coalesce(?, kept_signal_bytes), ending = max(ending, ?), revision = ?,
         snapshot_revision = coalesce(?, snapshot_revision), snapshot = coalesce(?, snapshot), updated_at = ?,
         owner_node = CASE WHEN ? THEN owner_node END, owner_epoch = CASE WHEN ? THEN owner_epoch END
       WHERE seq = ?`,
    );
    this.finish = driver.prepare(
      `UPDATE instances SET status = ?, status_reason = ?, wake_at = NULL, overdue_at = NULL, failure = ?, crashes = 0,
         ended_at = ?, paused_ms = paused_ms + coalesce(? - paused_at, 0), paused_at = NULL, control = NULL,
         definition_hash = coalesce(?, definition_hash), kept_signal_bytes = coalesce(?, kept_signal_bytes),
         ending = max(ending, ?), revision = ?, snapshot_revision = coalesce(?, snapshot_revision),
         snapshot = coalesce(?, snapshot), updated_at = ?, owner_node = NULL, owner_epoch = NULL
       WHERE seq = ? RETURNING created_at AS createdAt`,
    );
  }

  /** @param seq of the instance's row */
  of(seq: number): Head {
    const row = this.select.get(seq) as HeadRow;
    return {
      status: row.status,
      statusReason: row.status_reason,
      wakeAt: row.wake_at,
      overdueAt: row.overdue_at,
      failure: readJson<Failure>(row.failure),
      crashes: row.crashes,
      createdAt: row.created_at,
      endedAt: row.ended_at,
      pausedAt: row.paused_at,
      pausedMs: row.paused_ms,
      control: readJson<ControlMark>(row.control),
    };
  }

  /** Who owns it by its row, and how far it has come; null when nobody does. */
  owned(instanceId: string): Owned | null {
    const row = this.selectOwned.get(instanceId);
    if (!row) return null;
    const { seq, nodeId, epoch, fence, status, revision, slot } = row as {
      seq: number;
      nodeId: string;
      epoch: number;
      fence: number;
      status: InstanceStatus;
      revision: number;
      slot: string | null;
    };
    const leavesRow = status === 'running' || status === 'waiting';
    return { seq, owner: { nodeId, epoch }, fence, revision, leavesRow, slot };
  }

  /**
   * What `write` would do with `afterRest` of a status that never changes again: nothing that stands in the row matters
   * for it, so it is not read. Most instances come here once, from their last step.
   * @returns when it was created
   */
  end(seq: number, rest: Rest, change: Omit<HeadChange, 'standing' | 'keepsOwner'>): number {
    const { snapshot, revision, now } = change;
    const row = this.finish.get(
      rest.status,
      rest.statusReason,
      writeJson(rest.failure),
      now,
      now,
      change.definitionHash ?? null,
      change.keptSignalBytes ?? null,
      change.ending ? 1 : 0,
      revision,
      snapshot === null ? null : revision,
      snapshot,
      now,
      seq,
    );
    return (row as { createdAt: number }).createdAt;
  }

  /** @param seq of the instance's row */
  write(seq: number, change: HeadChange): void {
    const { standing, snapshot, revision } = change;
    const keepsOwner = change.keepsOwner ? 1 : 0;
    this.update.run(
      standing.status,
      standing.statusReason,
      standing.wakeAt,
      standing.overdueAt,
      writeJson(standing.failure),
      standing.crashes,
      standing.endedAt,
      standing.pausedAt,
      standing.pausedMs,
      writeJson(standing.control),
      change.definitionHash ?? null,
      change.keptSignalBytes ?? null,
      change.ending ? 1 : 0,
      revision,
      snapshot === null ? null : revision,
      snapshot,
      change.now,
      keepsOwner,
      keepsOwner,
      seq,
    );
  }
}
