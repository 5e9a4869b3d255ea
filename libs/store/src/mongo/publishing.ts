import type { NewEvent, PublishReceipt, StoredEvent } from '@workflow-runner/contract';
import { isWoken, type Parcel } from './delivery-plan.js';
import type { EventDoc } from './documents.js';
import { EVENT, eventId, toEventDoc, toStoredEvent } from './event-documents.js';
import type { EventDelivery } from './event-delivery.js';
import type { Base } from './parts.js';
import type { Rings } from './rings.js';

/** An event that stays undelivered this long has lost its publisher. In ms. */
const LOST_MS = 5_000;
/** So many of them are delivered with one look. */
const SWEPT_AT_ONCE = 100;

/**
 * Events as they come in, and those whose time comes later. An event is acknowledged once it is stored, as open or for
 * later; delivered, it is marked so. An open one that nobody delivers any more is found by the sweep.
 */
export class Publishing {
  constructor(
    private readonly base: Base,
    private readonly delivery: EventDelivery,
    private readonly rings: Rings,
  ) {}

  async publish(asked: readonly NewEvent[]): Promise<PublishReceipt[]> {
    const { driver, keys } = this.base;
    const now = this.base.now();
    const events = asked.map((event) => toEventDoc(event, now, keys.next(now)));
    const known = await driver.insertMany('events', events);
    const isNew = (_: unknown, index: number): boolean => !known.has(index);
    const parcels = await this.deliver(
      events.filter(isNew).filter(({ st }) => st === EVENT.open),
      true,
    );
    return events.map((event, index) => receiptOf(event, isNew(event, index), parcels));
  }

  /** Their state says open before anybody is looked for who waits: who begins to wait then finds them. */
  async deliverDue(limit: number): Promise<PublishReceipt[]> {
    const due = await this.base.driver.find(
      'events',
      { st: EVENT.future, time: { $lte: this.base.now() } },
      { sort: { time: 1, n: 1 }, limit },
    );
    if (due.length === 0) return [];
    await this.mark(due, EVENT.future, EVENT.open);
    const parcels = await this.deliver(due, true);
    return due.map((event) => receiptOf(event, true, parcels));
  }

  /** Delivers what its publisher has left open; whose owner it did not ring any more nobody knows. */
  async sweep(): Promise<void> {
    const lost = await this.base.driver.find(
      'events',
      { st: EVENT.open, time: { $lte: this.base.now() - LOST_MS } },
      { sort: { time: 1, n: 1 }, limit: SWEPT_AT_ONCE },
    );
    if (lost.length === 0) return;
    await this.rings.ringAll();
    await this.deliver(lost, false);
  }

  async nextDueAt(): Promise<number | null> {
    const next = await this.base.driver.findOne(
      'events',
      { st: EVENT.future },
      { sort: { time: 1 }, projection: { time: 1 } },
    );
    return next?.time ?? null;
  }

  async event(tenantId: string | null, id: string): Promise<StoredEvent | null> {
    const found = await this.base.driver.findOne('events', { _id: eventId(tenantId, id) });
    return found && toStoredEvent(found);
  }

  private async deliver(open: readonly EventDoc[], isAnswered: boolean): Promise<readonly Parcel[]> {
    if (open.length === 0) return [];
    const { parcels, isComplete } = await this.delivery.deliver(open, isAnswered);
    if (isComplete) await this.mark(open, EVENT.open, EVENT.delivered);
    return parcels;
  }

  private async mark(events: readonly EventDoc[], from: EventDoc['st'], to: EventDoc['st']): Promise<void> {
    const ids = events.map(({ _id }) => _id);
    await this.base.driver.updateMany('events', { _id: { $in: ids }, st: from }, { $set: { st: to } });
  }
}

function receiptOf({ id, t }: EventDoc, accepted: boolean, parcels: readonly Parcel[]): PublishReceipt {
  const got = parcels
    .filter(({ instance, messages }) => instance.t === t && messages.some(({ eventId: of }) => of === id))
    .map(({ instance }) => instance);
  return {
    id,
    accepted,
    woken: accepted ? got.filter(isWoken).map(({ _id }) => _id) : [],
    owned: accepted ? got.flatMap(({ _id, o }) => (o ? [{ instanceId: _id, nodeId: o.n }] : [])) : [],
  };
}
