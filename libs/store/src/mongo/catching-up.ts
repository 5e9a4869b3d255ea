import type { InboxMessage, NewSubscription } from '@workflow-runner/contract';
import { tenantKey } from '../shared/matching.js';
import { hasRoom, RECIPIENT, type Recipient } from './delivery-plan.js';
import type { EventDoc, SubscriptionDoc } from './documents.js';
import { EVENT, toMessage } from './event-documents.js';
import type { EventDelivery } from './event-delivery.js';
import type { Base } from './parts.js';
import { recount } from './recounting.js';

/** So often an instance may change under one look; then it is left to the sweep. */
const MOST_ROUNDS = 20;
/** Who begins to wait catches up at once; who has not done so this long has died over it. In ms. */
const LOST_MS = 5_000;
/** So many of those are caught up with one look. */
const SWEPT_AT_ONCE = 100;

/**
 * What begins to wait after an event was stored must find it. A wait is stored as not caught up; then stored events are
 * looked for and brought as a publisher brings them; then it counts as caught up. Whoever of publisher and subscriber
 * writes second finds what the other has written. Their clocks may differ: whether an event has come is said by its
 * state, never by its time.
 */
export class CatchingUp {
  constructor(
    private readonly base: Base,
    private readonly delivery: EventDelivery,
  ) {}

  /** The earliest stored event of each wait, as its message, by subscription id. */
  async stored(
    tenantId: string | null,
    waits: readonly NewSubscription[],
  ): Promise<ReadonlyMap<string, InboxMessage>> {
    const asDocs = waits.map(({ id, pointerId: p, except: x, ...wait }) => ({ ...wait, id, p, x }));
    return this.earliest(tenantKey(tenantId), asDocs);
  }

  async catchUp(instanceIds: readonly string[]): Promise<void> {
    await Promise.all(instanceIds.map((id) => this.settle(id)));
  }

  /** For waits whose subscriber has died before it had caught up, and those for whose message there was no room. */
  async sweep(): Promise<void> {
    const lost = await this.base.driver.find(
      'instances',
      { cu: 1, updated: { $lte: this.base.now() - LOST_MS } },
      { projection: { _id: 1 }, limit: SWEPT_AT_ONCE },
    );
    await this.catchUp(lost.map(({ _id }) => _id));
  }

  private async settle(instanceId: string): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const instance = await this.base.driver.findOne(
        'instances',
        { _id: instanceId, cu: 1 },
        { projection: RECIPIENT },
      );
      if (!instance) return;
      const behind = instance.subs.filter(({ c }) => c === 0);
      const messages = [...(await this.earliest(instance.t, behind)).values()];
      if (messages.length === 0) {
        if (await this.markCaughtUp(instance)) return;
      } else if (hasRoom({ instance, messages })) {
        await this.delivery.bring([{ instance, messages }], false);
      } else if (!(await recount(this.base.driver, instanceId))) {
        return;
      }
    }
  }

  /** Misses when it waits for anything else than what was looked for. */
  private markCaughtUp({ _id, subs }: Recipient): Promise<boolean> {
    const ids = subs.map(({ id }) => id);
    const same = ids.length > 0 ? { subs: { $size: ids.length }, 'subs.id': { $all: ids } } : { subs: [] };
    const all = ids.length > 0 && { $set: { 'subs.$[].c': 1 } };
    return this.base.driver.updateOne('instances', { _id, ...same }, { $unset: { cu: '' }, ...all });
  }

  private async earliest(
    t: string,
    waits: readonly Omit<SubscriptionDoc, 'c'>[],
  ): Promise<ReadonlyMap<string, InboxMessage>> {
    const found = await Promise.all(
      waits.map(async (wait) => ({ wait, event: await this.earliestOf(t, wait) })),
    );
    return new Map(
      found.flatMap(({ wait, event }) => (event ? [[wait.id, toMessage(event, wait)] as const] : [])),
    );
  }

  private earliestOf(
    t: string,
    { name, key, asOf, x }: Omit<SubscriptionDoc, 'c'>,
  ): Promise<EventDoc | null> {
    return this.base.driver.findOne(
      'events',
      {
        t,
        name,
        key,
        time: { $gte: asOf },
        st: { $ne: EVENT.future },
        ...(x.length > 0 && { id: { $nin: x } }),
      },
      { sort: { time: 1, n: 1 } },
    );
  }
}
