import type { ClaimRequest, NewInstance } from '@workflow-runner/contract';
import { ClaimLimits, slotOf } from '../shared/slots.js';
import { PROJECTION, toCandidate } from './choosing.js';
import { HeldSlots } from './held-slots.js';
import type { Base, Candidate, Choice, Hold, SlotsPart, StartVerdict } from './parts.js';
import { SlotQueue } from './slot-queue.js';

/** Of those that queue for a slot the next, as many as there are free ones. */
interface Queue {
  readonly slot: string;
  readonly free: number;
  readonly next: readonly Candidate[];
}

/** What a claim knows while it chooses. */
interface Round {
  /** Workflows whose due ones have joined their queue. */
  readonly full: Set<string>;
  /** Workflows with a queue and without a free slot. */
  readonly closed: ReadonlySet<string>;
  /** Those that it has chosen before. */
  readonly taken: readonly string[];
}

const NEEDS_NONE: StartVerdict = { hold: null, queues: false };

/** Limits of workflows over all nodes: who gets a slot, and who queues for one. */
export class Slots implements SlotsPart {
  private readonly held: HeldSlots;
  private readonly queue: SlotQueue;
  /** Where somebody queues, how many are held, at the last look. */
  private heldThen: ReadonlyMap<string, number> = new Map();

  constructor(private readonly base: Pick<Base, 'driver' | 'keys' | 'hints'>) {
    this.held = new HeldSlots(base.driver, base.keys);
    this.queue = new SlotQueue(base.driver);
  }

  async forStarts(asked: readonly NewInstance[], now: number): Promise<readonly StartVerdict[]> {
    const verdicts = new Map<NewInstance, StartVerdict>();
    const minded = asked.filter((one) => mindsSlot(one, now));
    for (const [slot, starts] of groupedBy(minded, slotOf)) {
      const isBehind = await this.queue.has(slot);
      const limit = Math.min(...starts.map(({ slotLimit }) => slotLimit ?? 0));
      const wanted = starts.map(({ id: instanceId }) => ({ instanceId, fence: 1 }));
      const holds = isBehind ? [] : await this.held.take(slot, limit, wanted, now);
      starts.forEach((one, index) => {
        const hold = holds[index] ?? null;
        verdicts.set(one, { hold, queues: hold === null });
      });
    }
    return asked.map((one) => verdicts.get(one) ?? NEEDS_NONE);
  }

  async mind({ limits }: ClaimRequest): Promise<boolean> {
    return limits !== undefined || !(await this.queue.isEmpty());
  }

  /** Due ones of a workflow without a free slot all join its queue; with the room that leaves others are looked for. */
  async forClaim(
    request: ClaimRequest,
    now: number,
    due: (most: number) => Promise<readonly Candidate[]>,
  ): Promise<readonly Choice[]> {
    const limits = new ClaimLimits(request);
    const isNamed = request.instanceIds !== undefined;
    const taken = new Map<string, Choice>();
    const full = new Set<string>();
    for (;;) {
      const before = full.size;
      const [found, queues] = await Promise.all([
        due(request.instanceIds?.length ?? request.limit),
        isNamed ? [] : this.lookAtQueues(request, limits, now),
      ]);
      const inOrder = [...found, ...queues.flatMap(({ next }) => next)]
        .filter(({ doc }) => !taken.has(doc._id))
        .sort(byRank);
      const chosen = bestOf(inOrder, full, request.limit - taken.size);
      const closed = new Set(queues.filter(({ free }) => free <= 0).map(({ slot }) => slot));
      const holds = await this.holdsFor(request, chosen, { full, closed, taken: [...taken.keys()] }, now);
      for (const { doc } of chosen) {
        const hold = holds.get(doc._id);
        if (hold !== undefined) taken.set(doc._id, { doc, hold });
      }
      if (full.size === before || taken.size === request.limit) return [...taken.values()];
    }
  }

  async settle(holds: readonly Hold[], isOwned: (id: string) => boolean): Promise<ReadonlySet<string>> {
    const [got, missed] = [true, false].map((wanted) =>
      holds.filter(({ instanceId }) => isOwned(instanceId) === wanted),
    );
    const [lost] = await Promise.all([this.held.lost(got ?? []), this.held.giveBack(missed ?? [])]);
    return lost;
  }

  async gave(slots: readonly Omit<Hold, 'key'>[]): Promise<void> {
    if (slots.length === 0) return;
    await this.held.giveBack(slots);
    this.base.hints.emitToOthers('due');
  }

  async isOneFree(): Promise<boolean> {
    const queued = await this.queue.workflows();
    const held = await this.held.counts(queued);
    const isFree = queued.some((slot) => (held.get(slot) ?? 0) < (this.heldThen.get(slot) ?? Infinity));
    this.heldThen = held;
    return isFree;
  }

  /**
   * Null: it needs none; missing: there is none for it. Nothing passes those that queue: not what is named, and not what is
   * due while a slot becomes free that a moment ago was not. Joining a queue once is enough for all that is due.
   */
  private async holdsFor(
    { limits = [], instanceIds }: ClaimRequest,
    chosen: readonly Candidate[],
    { full, closed, taken }: Round,
    now: number,
  ): Promise<ReadonlyMap<string, Hold | null>> {
    const holds = new Map<string, Hold | null>();
    for (const [slot, some] of groupedBy(chosen, (one) => one.slot)) {
      const limited = limits.find((one) => slotOf(one) === slot);
      const needing = limited ? some.filter(({ needsSlot }) => needsSlot) : [];
      for (const { doc } of some) holds.set(doc._id, null);
      for (const { doc } of needing) holds.delete(doc._id);
      if (!limited || needing.length === 0) continue;
      const isBehind = closed.has(slot) || (instanceIds !== undefined && (await this.queue.has(slot)));
      const wanted = needing.map(({ doc }) => ({ instanceId: doc._id, fence: doc.fence + 1 }));
      const got = isBehind ? [] : await this.held.take(slot, limited.limit, wanted, now);
      for (const hold of got) holds.set(hold.instanceId, hold);
      if (got.length === needing.length) continue;
      full.add(slot);
      await this.queue.enqueueDue(limited, [...holds.keys(), ...taken], now);
    }
    return holds;
  }

  /** Of the queues as many as there are free slots, where this node knows how many there are. */
  private async lookAtQueues(request: ClaimRequest, limits: ClaimLimits, now: number): Promise<Queue[]> {
    const slots = await this.queue.workflows(limits.slots);
    return Promise.all(
      slots.map(async (slot) => {
        const limit = limits.of(slot);
        const free = limit === null ? Infinity : await this.held.free(slot, limit, now);
        const most = Math.min(request.limit, free);
        if (most <= 0) return { slot, free, next: [] };
        const docs = await this.queue.next(slot, request.workflowIds, most, now, PROJECTION);
        return { slot, free, next: docs.map((doc) => toCandidate(doc, now)) };
      }),
    );
  }
}

function mindsSlot({ claimBy, slotLimit, deadlineAt }: NewInstance, now: number): boolean {
  return claimBy !== null && slotLimit !== null && !(deadlineAt !== null && deadlineAt <= now);
}

/** Each once, and without those that need a slot where there is none. */
function bestOf(inOrder: readonly Candidate[], full: ReadonlySet<string>, most: number): Candidate[] {
  const best = new Map<string, Candidate>();
  for (const one of inOrder) {
    if (best.size === most) break;
    if (!(one.needsSlot && full.has(one.slot))) best.set(one.doc._id, one);
  }
  return [...best.values()];
}

function groupedBy<T>(items: readonly T[], nameOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(nameOf(item));
    if (group) group.push(item);
    else groups.set(nameOf(item), [item]);
  }
  return groups;
}

function byRank(a: Candidate, b: Candidate): number {
  return a.rank - b.rank || (a.doc.ord < b.doc.ord ? -1 : 1);
}
