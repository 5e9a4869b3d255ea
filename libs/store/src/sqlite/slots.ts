import { PRIORITIES } from '@workflow-runner/contract';
import type { NewInstance } from '@workflow-runner/contract';
import { slotOf } from '../shared/slots.js';
import { MARKED_OR_MINE, NEEDS_SLOT, perPriority, UNOWNED } from './claimable.js';
import type { Driver, Statement } from './driver.js';
import type { Group } from './group.js';

/** Slots that are held, by an index that holds nothing else. */
export const COUNT_HELD =
  'SELECT count(*) AS held FROM instances WHERE slot = ? AND slot IS NOT NULL AND owner_node IS NOT NULL';

/** The best of a queue, without a look at the others. */
export const FIRST_QUEUED = `SELECT seq, rank FROM (${perPriority(
  (priority, bonus) => `SELECT seq, slot_since - ${bonus} AS rank FROM instances
   WHERE slot = :slot AND priority = '${priority}' AND slot_since IS NOT NULL
     AND ${UNOWNED} AND (${MARKED_OR_MINE}) AND ${NEEDS_SLOT}
   ORDER BY slot_since, seq LIMIT :limit`,
)}) ORDER BY rank, seq LIMIT :limit`;

/** The workflows that have a queue: one look into the index for each. */
export const QUEUES = `WITH RECURSIVE queues (slot) AS (
    SELECT min(slot) FROM instances WHERE slot_since IS NOT NULL
    UNION ALL
    SELECT (SELECT min(slot) FROM instances WHERE slot_since IS NOT NULL AND slot > queues.slot)
    FROM queues WHERE queues.slot IS NOT NULL)
  SELECT slot FROM queues WHERE slot IS NOT NULL`;

export interface Queued {
  readonly seq: number;
  readonly rank: number;
}

/** How many slots are taken, and who queues for one. */
export class Slots {
  private readonly countHeld: Statement;
  private readonly queue: Statement;
  private readonly queues: Statement;
  private readonly first: Statement;
  private readonly enqueue: Statement;

  constructor(driver: Driver) {
    this.countHeld = driver.prepare(COUNT_HELD);
    this.queue = driver.prepare(
      `SELECT 1 FROM instances WHERE slot = ? AND slot_since IS NOT NULL AND ${UNOWNED} LIMIT 1`,
    );
    this.queues = driver.prepare(QUEUES);
    this.first = driver.prepare(FIRST_QUEUED);
    this.enqueue = driver.prepare(
      `UPDATE instances SET slot = :slot, slot_since = coalesce(slot_since, wake_at), wake_at = overdue_at,
         updated_at = CASE WHEN slot_since IS NULL THEN :now ELSE updated_at END,
         status_reason = CASE WHEN status IN ('paused', 'failed') THEN status_reason ELSE 'slot' END,
         status = CASE WHEN status IN ('paused', 'failed') THEN status ELSE 'pending' END
       WHERE priority IN (${PRIORITIES.map((priority) => `'${priority}'`).join(', ')}) AND wake_at <= :now
         AND name_space || '.' || name = :slot AND ${UNOWNED} AND ${NEEDS_SLOT}`,
    );
  }

  /** Counted once a transaction; what the transaction takes and gives back itself is counted along. */
  free(group: Group, slot: string, limit: number): number {
    let held = group.heldSlots.get(slot);
    if (held === undefined) {
      ({ held } = this.countHeld.get(slot) as { held: number });
      group.heldSlots.set(slot, held);
    }
    return limit - held;
  }

  took(group: Group, slot: string | null): void {
    const held = slot === null ? undefined : group.heldSlots.get(slot);
    if (held !== undefined) group.heldSlots.set(slot!, held + 1);
  }

  /** Whoever queues for it may have it. */
  gave(group: Group, slot: string | null): void {
    if (slot === null) return;
    const held = group.heldSlots.get(slot);
    if (held !== undefined) group.heldSlots.set(slot, held - 1);
    group.due = true;
  }

  hasQueue(slot: string): boolean {
    return this.queue.get(slot) !== undefined;
  }

  /** The workflows for which somebody queues. */
  queued(): string[] {
    return (this.queues.all() as { slot: string }[]).map(({ slot }) => slot);
  }

  /** Of each workflow for which somebody queues how many slots are held. */
  heldWhereQueued(): ReadonlyMap<string, number> {
    const held = (slot: string): number => (this.countHeld.get(slot) as { held: number }).held;
    return new Map(this.queued().map((slot) => [slot, held(slot)]));
  }

  /** Those that come next of what a node can run, in the order of rank. */
  next(group: Group, slot: string, workflows: string, limit: number): Queued[] {
    return this.first.all({ slot, workflows, limit, now: group.now }) as Queued[];
  }

  /** All that is due, needs a slot and has none waits at the place of its wake time; one statement, however many. */
  enqueueDue(group: Group, slot: string): void {
    this.enqueue.run({ slot, now: group.now });
  }

  /** What a start gets that its node would run at once: a slot, none because it needs none, or a place in the queue. */
  forStart(group: Group, asked: NewInstance): { readonly slot: string | null; readonly queues: boolean } {
    const { slotLimit, deadlineAt } = asked;
    const isOverdue = deadlineAt !== null && deadlineAt <= group.now;
    if (slotLimit === null || isOverdue) return { slot: null, queues: false };
    const slot = slotOf(asked);
    const queues = this.free(group, slot, slotLimit) <= 0 || this.hasQueue(slot);
    return { slot, queues };
  }
}
