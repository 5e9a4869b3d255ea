import type { NodeIdentity, PutOff } from '@workflow-runner/contract';
import { dueWithoutOwner } from '../shared/standing.js';
import type { InstanceDoc } from './documents.js';
import type { Terms } from './driver.js';
import type { Ownership } from './ownership.js';
import type { Base, SlotsPart } from './parts.js';
import { dueFields, updateOf } from './standing-terms.js';

/** Owners that give an instance back as it is. */
export class Releasing {
  constructor(
    private readonly base: Base,
    private readonly ownership: Ownership,
    private readonly slots: SlotsPart,
  ) {}

  async release(node: NodeIdentity, instanceId: string, fence: number, later?: PutOff): Promise<void> {
    const { driver, now, hints } = this.base;
    const owned = { _id: instanceId, 'o.n': node.nodeId, 'o.e': node.epoch, fence };
    for (;;) {
      const doc = await driver.findOne('instances', owned, {
        projection: { snap: 0, log: 0, subs: 0, sig: 0 },
      });
      if (!doc) return;
      const { seq, st, rev } = doc;
      if (!(await driver.updateOne('instances', { ...owned, seq, st, rev }, given(doc, later, now()))))
        continue;
      this.ownership.drop(instanceId);
      if (doc.slot !== undefined) await this.slots.gave([{ slot: doc.slot, instanceId, fence }]);
      hints.emitToOthers('due');
      return;
    }
  }
}

function given(doc: InstanceDoc, later: PutOff | undefined, now: number): Terms {
  const { st, prio, wake, ctl: control = null, inbox, ov } = doc;
  const standing = { status: st, control, wakeAt: wake };
  const wakeAt = later?.wakeAt ?? dueWithoutOwner(standing, inbox.length > 0, now);
  const waits = later !== undefined && (st === 'running' || st === 'waiting');
  return updateOf({
    ...dueFields(prio, wakeAt),
    ov: ov === undefined ? undefined : Math.max(ov, wakeAt),
    updated: now,
    o: undefined,
    tok: undefined,
    slot: undefined,
    ...(waits && { st: 'waiting', sr: later.statusReason }),
  });
}
