import type { ClaimRequest, NewInstance } from '@workflow-runner/contract';
import { ClaimLimits, needsSlot, queuedAs, slotOf } from '../shared/slots.js';
import type { MemoryState, StoredInstance } from './state.js';

/** What a start that its node would run at once gets: a slot, none because it needs none, or a place in the queue. */
export function slotForStart(
  state: MemoryState,
  asked: NewInstance,
  now: number,
): { readonly slot: string | null; readonly queues: boolean } {
  const isOverdue = asked.deadlineAt !== null && asked.deadlineAt <= now;
  if (asked.slotLimit === null || isOverdue) return { slot: null, queues: false };
  const slot = slotOf(asked);
  const isFree = (state.held.get(slot) ?? 0) < asked.slotLimit && !hasQueue(state, slot);
  return isFree ? { slot, queues: false } : { slot: null, queues: true };
}

/** What queues for a slot that is free and that this node may give. */
export function queuedFor(state: MemoryState, limits: ClaimLimits): StoredInstance[] {
  if (state.queued.size === 0) return [];
  return [...state.queued].filter(({ record }) => {
    const slot = slotOf(record);
    return limits.knows(slot) && (state.held.get(slot) ?? 0) < (limits.of(slot) ?? Infinity);
  });
}

/** Hands out slots to candidates that come in the order of rank. */
export class SlotGate {
  /** Of named ones only those get a slot for which nobody queues. */
  private readonly isNamed: boolean;

  constructor(
    private readonly state: MemoryState,
    request: ClaimRequest,
    private readonly limits: ClaimLimits,
    private readonly now: number,
  ) {
    this.isNamed = request.instanceIds !== undefined;
  }

  /** @returns the slot it is to hold, null where it needs none; undefined: there is none, and what is due of its workflow queues */
  slotFor(instance: StoredInstance): string | null | undefined {
    const slot = slotOf(instance.record);
    const limit = this.limits.of(slot);
    if (limit === null || !needsSlot(instance.record, instance.ending, this.now)) return null;
    const queuesBehind = this.isNamed && hasQueue(this.state, slot);
    if (!queuesBehind && (this.state.held.get(slot) ?? 0) < limit) return slot;
    this.enqueueDue(slot);
    return undefined;
  }

  /** All of the workflow that is due, needs a slot and has none. */
  private enqueueDue(slot: string): void {
    for (const instance of [...this.state.waiting]) {
      const { record, ending } = instance;
      const isDue = record.wakeAt !== null && record.wakeAt <= this.now;
      if (isDue && slotOf(record) === slot && needsSlot(record, ending, this.now))
        enqueue(this.state, instance, this.now);
    }
  }
}

/** It waits for a slot at the place of its wake time; a later wake-up does not change that. */
export function enqueue(state: MemoryState, instance: StoredInstance, now: number): void {
  const { wakeAt, overdueAt, updatedAt } = instance.record;
  const isNew = instance.queuedAt === null;
  instance.queuedAt ??= wakeAt ?? now;
  state.queued.add(instance);
  state.change(instance, {
    ...queuedAs(instance.record),
    wakeAt: overdueAt,
    updatedAt: isNew ? now : updatedAt,
  });
}

/** Whoever claims it ends its waiting. */
export function dequeue(state: MemoryState, instance: StoredInstance): void {
  instance.queuedAt = null;
  state.queued.delete(instance);
}

function hasQueue(state: MemoryState, slot: string): boolean {
  for (const { record } of state.queued) if (slotOf(record) === slot) return true;
  return false;
}
