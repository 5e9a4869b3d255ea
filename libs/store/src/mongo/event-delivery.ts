import { hasRoom, isWoken, parcelOf, planDelivery, RECIPIENT, type Parcel } from './delivery-plan.js';
import type { EventDoc } from './documents.js';
import type { Terms } from './driver.js';
import type { Base } from './parts.js';
import type { Rings } from './rings.js';

/** So often all instances of a round may have changed under a delivery; then it is left to the sweep. */
const MOST_MISSES = 50;
/** So many instances, and so many keys, are looked for at once. */
const AT_ONCE = 200;

export interface Delivered {
  /** What was brought, with the instances as they stood then. */
  readonly parcels: readonly Parcel[];
  /** False: to be repeated. */
  readonly isComplete: boolean;
}

/**
 * Brings events to those who wait for them. Whoever does it, and however often: the update takes the wait away that it
 * serves, so each is served once.
 */
export class EventDelivery {
  constructor(
    private readonly base: Base,
    private readonly rings: Rings,
  ) {}

  /**
   * @param events in the order in which they are given out
   * @param isAnswered somebody gets a receipt of whom it has reached
   */
  async deliver(events: readonly EventDoc[], isAnswered: boolean): Promise<Delivered> {
    const brought = new Map<string, Parcel>();
    const passed = new Set<string>();
    let isComplete = false;
    for (let misses = 0; !isComplete && misses < MOST_MISSES;) {
      const { found, isAll } = await this.whoWaits(events, [...passed]);
      const parcels = found.filter(({ messages }) => messages.length > 0);
      for (const parcel of found)
        if (parcel.messages.length === 0 || !hasRoom(parcel)) passed.add(parcel.instance._id);
      for (const parcel of parcels) brought.set(parcel.instance._id, parcel);
      const matched = await this.bring(parcels, isAnswered);
      isComplete = isAll && matched === parcels.length;
      misses = matched > 0 ? 0 : misses + 1;
    }
    return { parcels: [...brought.values()], isComplete };
  }

  /** @returns how many of the instances still stood as they were read */
  async bring(parcels: readonly Parcel[], isAnswered: boolean): Promise<number> {
    const now = this.base.now();
    const changes = parcels.map((parcel) => planDelivery(parcel, now));
    const matched = await this.base.driver.bulkUpdate('instances', changes, false);
    const owners = parcels.flatMap(({ instance }) => instance.o?.n ?? []);
    await this.rings.ring(owners);
    const { hints } = this.base;
    if (parcels.some(({ instance }) => isWoken(instance))) {
      if (isAnswered) hints.emitToOthers('due');
      else hints.emit('due');
    }
    if (!isAnswered && owners.length > 0) hints.emit('mail');
    return matched;
  }

  /** @param except instances that are not looked for any more */
  private async whoWaits(
    events: readonly EventDoc[],
    except: readonly string[],
  ): Promise<{ readonly found: readonly Parcel[]; readonly isAll: boolean }> {
    const others = except.length > 0 ? { _id: { $nin: except } } : {};
    const pages = await Promise.all(
      waitsFor(events).map((waits) =>
        this.base.driver.find(
          'instances',
          { ...waits, ...others },
          { projection: RECIPIENT, limit: AT_ONCE },
        ),
      ),
    );
    const instances = new Map(pages.flat().map((instance) => [instance._id, instance]));
    return {
      found: [...instances.values()].map((instance) => parcelOf(instance, events)),
      isAll: pages.every(({ length }) => length < AT_ONCE),
    };
  }
}

/** Of each tenant and name who may wait for one of the keys. */
function waitsFor(events: readonly EventDoc[]): Terms[] {
  const groups = new Map<string, EventDoc[]>();
  for (const event of events) {
    const group = groups.get(`${event.t}\0${event.name}`);
    if (group) group.push(event);
    else groups.set(`${event.t}\0${event.name}`, [event]);
  }
  return [...groups.values()].flatMap((group) => {
    const { t, name } = group[0]!;
    const latest = Math.max(...group.map(({ time }) => time));
    const keys = [...new Set(group.map(({ key }) => key))];
    return inPages(keys).map((some) => ({
      t,
      subs: { $elemMatch: { name, key: { $in: some }, asOf: { $lte: latest } } },
    }));
  });
}

function inPages(keys: readonly string[]): string[][] {
  const count = Math.ceil(keys.length / AT_ONCE);
  return Array.from({ length: count }, (_, i) => keys.slice(i * AT_ONCE, (i + 1) * AT_ONCE));
}
