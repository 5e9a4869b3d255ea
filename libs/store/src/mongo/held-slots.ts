import type { HeldSlot, InstanceDoc, SlotsDoc } from './documents.js';
import type { MongoDriver } from './driver.js';
import type { OrderKeys } from './order-keys.js';
import type { Hold } from './parts.js';

/** A slot whose instance is not owned so long after it was taken was taken by somebody who was cut off, in ms. */
const TOO_LATE_MS = 10_000;
/** How often one that finds no free slot looks whether some are held by nobody, in ms. */
const LOOK_AFTER_MS = 1_000;

/**
 * The slots of a workflow are one document; taking some is one update of it that matches only while there is room.
 *
 *   free ──taken, then the instance is owned──▶ held ──given back, or its instance has another fence or no owner──▶ free
 *   taken, and not owned after a while ──doubted, and still not owned──▶ free
 *
 * Whoever takes one looks again once it owns the instance: a slot that is doubted or gone it has lost. Whoever doubts looks
 * at the instance afterwards. So of an owner who is late and one who doubts at the same moment at least one sees the other.
 */
export class HeldSlots {
  private readonly lookedAt = new Map<string, number>();
  private readonly returning = new Set<Promise<void>>();

  constructor(
    private readonly driver: MongoDriver,
    private readonly keys: OrderKeys,
  ) {}

  /** Takes as many as there are. @returns those of the first */
  async take(
    slot: string,
    limit: number,
    wanted: readonly Pick<Hold, 'instanceId' | 'fence'>[],
    now: number,
  ): Promise<Hold[]> {
    for (let most = Math.min(wanted.length, limit); most > 0;) {
      const holds = wanted.slice(0, most).map((one) => ({ ...one, slot, key: this.keys.next(now) }));
      if (await this.push(slot, limit, holds, now)) return holds;
      most = Math.min(wanted.length, await this.free(slot, limit, now));
    }
    return [];
  }

  /** How many more may be held. */
  async free(slot: string, limit: number, now: number): Promise<number> {
    await Promise.all(this.returning);
    let held = await this.heldOf(slot);
    if (held.length >= limit && this.mayLook(slot, now)) {
      await this.drop(slot, await this.ofNobody(slot, held, now));
      held = await this.heldOf(slot);
    }
    return Math.max(0, limit - held.length);
  }

  /** Of these workflows how many are held. */
  async counts(slots: readonly string[]): Promise<ReadonlyMap<string, number>> {
    if (slots.length === 0) return new Map();
    const docs = await this.driver.find('slots', { _id: { $in: slots } });
    const counts = new Map(docs.map(({ _id, held }) => [_id, held.length]));
    return new Map(slots.map((slot) => [slot, counts.get(slot) ?? 0]));
  }

  /** Those that are owned by now and have lost their slot. */
  async lost(holds: readonly Hold[]): Promise<ReadonlySet<string>> {
    if (holds.length === 0) return new Set();
    const docs = await this.driver.find('slots', {
      _id: { $in: [...new Set(holds.map(({ slot }) => slot))] },
    });
    const sure = docs.flatMap(({ held }) => held.filter(({ d }) => d === undefined).map(({ k }) => k));
    const keys = new Set(sure);
    return new Set(holds.filter(({ key }) => !keys.has(key)).map(({ instanceId }) => instanceId));
  }

  /** Never rejects: a slot that cannot be given back now is found to be held by nobody later. */
  giveBack(slots: readonly (Omit<Hold, 'key'> & Partial<Hold>)[]): Promise<void> {
    if (slots.length === 0) return Promise.resolve();
    const changes = slots.map(({ slot, instanceId: i, fence: f, key: k }) => ({
      filter: { _id: slot },
      update: { $pull: { held: k === undefined ? { i, f } : { k } } },
    }));
    const returning = this.driver.bulkUpdate('slots', changes, false).then(
      () => undefined,
      () => undefined,
    );
    this.returning.add(returning);
    return returning.finally(() => this.returning.delete(returning));
  }

  /** With upsert: the first of a workflow makes its document; where there is one already, nothing is inserted. */
  private push(slot: string, limit: number, holds: readonly Hold[], at: number): Promise<boolean> {
    const $each = holds.map(({ instanceId: i, fence: f, key: k }) => ({ i, f, k, at }));
    const hasRoom = { _id: slot, [`held.${limit - holds.length}`]: { $exists: false } };
    return this.driver.updateOne('slots', hasRoom, { $push: { held: { $each } } }, { upsert: true });
  }

  private async heldOf(slot: string): Promise<SlotsDoc['held']> {
    return (await this.driver.findOne('slots', { _id: slot }))?.held ?? [];
  }

  private mayLook(slot: string, now: number): boolean {
    const last = this.lookedAt.get(slot);
    if (last !== undefined && now - last < LOOK_AFTER_MS) return false;
    this.lookedAt.set(slot, now);
    return true;
  }

  private async ofNobody(slot: string, held: SlotsDoc['held'], now: number): Promise<HeldSlot[]> {
    const owners = await this.instancesOf(held);
    const over = held.filter((one) => isOver(one, owners.get(one.i)));
    const late = held.filter((one) => isLate(one, owners.get(one.i), now));
    if (late.length === 0) return over;
    await this.driver.bulkUpdate(
      'slots',
      late.map(({ k }) => ({ filter: { _id: slot, 'held.k': k }, update: { $set: { 'held.$.d': 1 } } })),
      false,
    );
    const again = await this.instancesOf(late);
    return [...over, ...late.filter((one) => !isOwned(one, again.get(one.i)))];
  }

  private async instancesOf(held: readonly HeldSlot[]): Promise<ReadonlyMap<string, Ownership>> {
    const ids = held.map(({ i }) => i);
    const docs = await this.driver.find(
      'instances',
      { _id: { $in: ids }, st: { $exists: true } },
      { projection: { o: 1, fence: 1 } },
    );
    return new Map(docs.map((doc) => [doc._id, doc]));
  }

  private async drop(slot: string, held: readonly HeldSlot[]): Promise<void> {
    if (held.length === 0) return;
    const keys = held.map(({ k }) => k);
    await this.driver.updateOne('slots', { _id: slot }, { $pull: { held: { k: { $in: keys } } } });
  }
}

type Ownership = Pick<InstanceDoc, 'o' | 'fence'>;

function isOwned({ f }: HeldSlot, instance: Ownership | undefined): boolean {
  return instance?.fence === f && instance.o !== undefined;
}

/** Its fence only grows: an ownership that has ended never comes back. */
function isOver({ f }: HeldSlot, instance: Ownership | undefined): boolean {
  if (!instance) return false;
  return instance.fence > f || (instance.fence === f && instance.o === undefined);
}

function isLate(held: HeldSlot, instance: Ownership | undefined, now: number): boolean {
  return now - held.at > TOO_LATE_MS && !isOwned(held, instance) && !isOver(held, instance);
}
