import type { ClaimRequest } from '@workflow-runner/contract';
import { ClaimLimits } from '../shared/slots.js';
import { CLAIMABLE, NEEDS_SLOT, perPriority, rankOfRow, SLEEPS_UNTIL } from './claimable.js';
import type { Driver, Statement } from './driver.js';
import type { Group } from './group.js';
import type { Slots } from './slots.js';

/** A row that may be taken, and what that needs. */
interface Candidate {
  readonly seq: number;
  readonly rank: number;
  /** Its workflow. */
  readonly slot: string;
  readonly needsSlot: number;
}

/** Takes a row, with a slot or without. */
export type Take = (seq: number, slot: string | null) => void;

/** Takes a row ahead of its time. */
export type TakeAhead = (seq: number) => void;

export const ABOUT_SLOTS = `name_space || '.' || name AS slot, ${NEEDS_SLOT} AS needsSlot`;
const NAMED = `FROM instances WHERE id IN (SELECT value FROM json_each(:ids)) AND ${CLAIMABLE}
  ORDER BY ${rankOfRow('coalesce(wake_at, 0)')}, seq`;

export function dueWith(columns: string): string {
  return `SELECT * FROM (${perPriority(
    (priority, bonus) => `SELECT seq, wake_at - ${bonus} AS rank${columns} FROM instances
     WHERE priority = '${priority}' AND wake_at <= :now AND ${CLAIMABLE} ORDER BY wake_at LIMIT :limit`,
  )}) ORDER BY rank, seq LIMIT :limit`;
}

export const SLEEPING = `SELECT seq FROM (${perPriority(
  (priority, bonus) => `SELECT seq, wake_at - ${bonus} AS rank FROM instances
   WHERE priority = '${priority}' AND ${SLEEPS_UNTIL} ORDER BY wake_at LIMIT :limit`,
)}) ORDER BY rank, seq LIMIT :limit`;

/** Which rows a claim takes, in the order of rank. Where neither limits nor queues are, nothing is asked about slots. */
export class Choosing {
  private readonly due: Statement;
  private readonly dueForSlots: Statement;
  private readonly named: Statement;
  private readonly namedForSlots: Statement;
  private readonly someQueued: Statement;
  private readonly sleeping: Statement;

  constructor(
    driver: Driver,
    private readonly slots: Slots,
  ) {
    this.due = driver.prepare(dueWith(''));
    this.dueForSlots = driver.prepare(dueWith(`, ${ABOUT_SLOTS}`));
    this.named = driver.prepare(`SELECT seq ${NAMED} LIMIT :limit`);
    this.namedForSlots = driver.prepare(
      `SELECT seq, ${rankOfRow('coalesce(wake_at, 0)')} AS rank, ${ABOUT_SLOTS} ${NAMED}`,
    );
    this.someQueued = driver.prepare(
      'SELECT slot FROM instances WHERE slot_since IS NOT NULL ORDER BY slot LIMIT 1',
    );
    this.sleeping = driver.prepare(SLEEPING);
  }

  choose(group: Group, request: ClaimRequest, take: Take): void {
    const { limit, instanceIds } = request;
    const common = { workflows: JSON.stringify(request.workflowIds), now: group.now };
    const ids = instanceIds && JSON.stringify(instanceIds);
    const mindsSlots = request.limits !== undefined || this.someQueued.get() !== undefined;
    if (!mindsSlots) {
      const rows = ids ? this.named.all({ ...common, limit, ids }) : this.due.all({ ...common, limit });
      for (const { seq } of rows as { seq: number }[]) take(seq, null);
    } else if (ids) {
      this.giveNamed(group, this.namedForSlots.all({ ...common, ids }) as Candidate[], request, take);
    } else {
      this.give(group, request, common.workflows, take);
    }
  }

  /** @param limit how many more than what is due */
  chooseAhead(group: Group, request: ClaimRequest, limit: number, take: TakeAhead): void {
    const { aheadMs, instanceIds } = request;
    if (aheadMs === undefined || instanceIds || limit <= 0) return;
    const workflows = JSON.stringify(new ClaimLimits(request).unlimited);
    const rows = this.sleeping.all({ workflows, now: group.now, until: group.now + aheadMs, limit });
    for (const { seq } of rows as { seq: number }[]) take(seq);
  }

  /** Due ones of a workflow without a free slot all join its queue; with the room that leaves others are looked for. */
  private give(group: Group, request: ClaimRequest, workflows: string, take: Take): void {
    const limits = new ClaimLimits(request);
    const taken = new Set<number>();
    const full = new Set<string>();
    for (;;) {
      const before = full.size;
      for (const one of this.inOrder(group, request.limit - taken.size, limits, workflows)) {
        if (taken.size === request.limit) break;
        // A wish makes due what queues: it is found twice then.
        if (taken.has(one.seq)) continue;
        const limit = one.needsSlot === 1 ? limits.of(one.slot) : null;
        if (limit !== null && this.slots.free(group, one.slot, limit) <= 0) {
          this.joinQueue(group, one.slot, full);
          continue;
        }
        taken.add(one.seq);
        take(one.seq, limit === null ? null : one.slot);
      }
      if (full.size === before || taken.size === request.limit) return;
    }
  }

  /** Once for each workflow is enough for all of it that is due. */
  private joinQueue(group: Group, slot: string, full: Set<string>): void {
    if (full.has(slot)) return;
    full.add(slot);
    this.slots.enqueueDue(group, slot);
  }

  /** What is due, and what comes next of the queues that have a slot. */
  private inOrder(group: Group, most: number, limits: ClaimLimits, workflows: string): Candidate[] {
    const due = this.dueForSlots.all({ workflows, now: group.now, limit: most }) as Candidate[];
    const queued = this.queued(group, limits, workflows, most);
    return [...due, ...queued].sort((a, b) => a.rank - b.rank || a.seq - b.seq);
  }

  /** Of the queues as many as there are free slots, where this node knows how many there are. */
  private queued(group: Group, limits: ClaimLimits, workflows: string, left: number): Candidate[] {
    return this.slots
      .queued()
      .filter((slot) => limits.knows(slot))
      .flatMap((slot) => {
        const free = Math.min(left, this.slots.free(group, slot, limits.of(slot) ?? Infinity));
        if (free <= 0) return [];
        const next = this.slots.next(group, slot, workflows, free);
        return next.map((one) => ({ ...one, slot, needsSlot: 1 }));
      });
  }

  /** Named ones do not pass those that queue. */
  private giveNamed(group: Group, rows: readonly Candidate[], request: ClaimRequest, take: Take): void {
    const limits = new ClaimLimits(request);
    let left = request.limit;
    const full = new Set<string>();
    for (const { seq, slot, needsSlot } of rows) {
      if (left === 0) break;
      const limit = needsSlot === 1 ? limits.of(slot) : null;
      if (limit !== null && (this.slots.free(group, slot, limit) <= 0 || this.slots.hasQueue(slot))) {
        this.joinQueue(group, slot, full);
        continue;
      }
      left -= 1;
      take(seq, limit === null ? null : slot);
    }
  }
}
