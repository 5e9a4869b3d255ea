import type { NodeIdentity } from '@workflow-runner/contract';
import { dueWithoutOwner } from '../shared/standing.js';
import type { InstanceDoc } from './documents.js';
import type { Change, Terms } from './driver.js';
import type { Base, SlotsPart } from './parts.js';
import { dueFields, updateOf } from './standing-terms.js';

const BATCH = 500;

/** What is read of an instance to free it. */
const PROJECTION = { st: 1, o: 1, fence: 1, seq: 1, prio: 1, wake: 1, ctl: 1, inbox: 1, slot: 1 };

/** Ends ownership for an owner that is gone. Each instance is freed by one update that matches nothing once it was freed. */
export class Freeing {
  constructor(
    private readonly base: Base,
    private readonly slots: SlotsPart,
  ) {}

  /**
   * Frees what an epoch still owns; repeats until there is nothing, since mail may come in between.
   * @param blames the node has died: fence + 1, and a death is counted of what had begun
   * @param only of what it owns
   */
  async free({ nodeId, epoch }: NodeIdentity, blames: boolean, only: Terms = {}): Promise<string[]> {
    const { driver, now, hints } = this.base;
    const freed = new Set<string>();
    for (;;) {
      const owned = await driver.find(
        'instances',
        { ...only, 'o.n': nodeId, 'o.e': epoch },
        { projection: PROJECTION, limit: BATCH },
      );
      if (owned.length === 0) break;
      const at = now();
      await driver.bulkUpdate(
        'instances',
        owned.map((doc) => freeing(doc, blames, at)),
        false,
      );
      for (const { _id } of owned) freed.add(_id);
      await this.slots.gave(
        owned.flatMap(({ _id, slot, fence }) => (slot ? [{ slot, instanceId: _id, fence }] : [])),
      );
    }
    if (freed.size > 0) hints.emitToOthers('due');
    return [...freed];
  }
}

function freeing(doc: InstanceDoc, blames: boolean, now: number): Change {
  const { _id, o, fence, seq, st, prio, wake, ctl: control = null, inbox } = doc;
  const wakeAt = dueWithoutOwner({ status: st, control, wakeAt: wake }, inbox.length > 0, now);
  const fields = { ...dueFields(prio, wakeAt), updated: now, o: undefined, slot: undefined, tok: undefined };
  return {
    filter: { _id, 'o.n': o?.n, 'o.e': o?.e, fence, seq, st },
    update: updateOf(fields, blames ? { $inc: { fence: 1, crashes: wakeAt > now ? 0 : 1 } } : {}),
  };
}
