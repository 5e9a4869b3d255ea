import type { EndedStatus } from '@workflow-runner/contract';
import type { InstanceDoc, TombstoneDoc } from './documents.js';
import type { Change, Terms } from './driver.js';
import type { Base, LedgerPart } from './parts.js';
import { planPurge, type ChunkSpan, type InstancePurge } from './purge-plan.js';

/** So many instances are looked at together. */
const AT_ONCE = 200;

const ENDED = { rev: 1, snapRev: 1, pos: 1, ik: 1, 'log.r': 1 };

/** What a tombstone has not; complete, or it does not compile. */
const BURIED: Readonly<Record<Exclude<keyof InstanceDoc, keyof TombstoneDoc>, ''>> = {
  ...{ ord: '', t: '', ns: '', n: '', ver: '', wf: '', prio: '', hash: '', st: '', sr: '', o: '', fence: '' },
  ...{ rev: '', snapRev: '', dp: '', dw: '', wake: '', ov: '', seq: '', ctl: '', markAt: '', markId: '' },
  ...{ fail: '', crashes: '', created: '', started: '', updated: '', ended: '', pausedAt: '', pausedMs: '' },
  ...{ deadline: '', corr: '', trace: '', caller: '', origin: '', ckey: '', tags: '', kept: '', ending: '' },
  ...{ xk: '', snap: '', log: '', subs: '', cu: '', inbox: '', sig: '', aud: '', un: '', told: '', pos: '' },
  ...{ slot: '', q: '', tok: '', bytes: '', snapb: '', logb: '' },
};

/**
 * Deletes ended instances: the chunks of their journal first, the instance last, or a tombstone in its place while its key is
 * not free. Each write says once more what made it old, so one that is retried meanwhile stays.
 */
export class InstanceRetention {
  constructor(
    private readonly base: Base,
    private readonly ledger: Pick<LedgerPart, 'noteDeleted'>,
  ) {}

  /** @param until those that ended up to then, epoch ms @returns how many rows went */
  async purge(status: EndedStatus, until: number, limit: number): Promise<number> {
    let left = limit;
    while (left > 0) {
      const plans = await this.plan(old(status, until), left);
      if (plans.length === 0) break;
      await this.carryOut(plans, old(status, until));
      left -= plans.reduce((sum, { count }) => sum + count, 0);
      if (plans.length < AT_ONCE) break;
    }
    return limit - left;
  }

  private async plan(which: Terms, limit: number): Promise<InstancePurge[]> {
    const { driver } = this.base;
    const instances = await driver.find('instances', which, {
      sort: { ended: 1 },
      limit: Math.min(limit, AT_ONCE),
      projection: ENDED,
    });
    const ids = instances.map(({ _id }) => _id);
    const spans: ChunkSpan[] = await driver.find(
      'journal',
      { i: { $in: ids } },
      { sort: { i: 1, f: 1 }, projection: { i: 1, f: 1, l: 1 } },
    );
    const plans: InstancePurge[] = [];
    let left = limit;
    for (const instance of instances) {
      if (left <= 0) break;
      const plan = planPurge(
        instance,
        spans.filter(({ i }) => i === instance._id),
        left,
      );
      left -= plan.count;
      plans.push(plan);
    }
    return plans;
  }

  private async carryOut(plans: readonly InstancePurge[], which: Terms): Promise<void> {
    const { driver } = this.base;
    const newest = Math.max(...plans.map(({ instance }) => instance.pos));
    if (newest > 0) await this.ledger.noteDeleted(newest);
    const chunks = plans.flatMap((plan) => plan.chunks.map(({ _id }) => _id));
    if (chunks.length > 0) await driver.deleteMany('journal', { _id: { $in: chunks } });
    await driver.bulkUpdate('journal', plans.flatMap(cutChunk), false);
    await driver.bulkUpdate(
      'instances',
      plans.flatMap((plan) => cutLog(plan, which)),
      false,
    );
    const whole = plans.filter(({ isWhole }) => isWhole).map(({ instance }) => instance);
    const [keyed, plain] = [
      whole.filter(({ ik }) => ik !== undefined),
      whole.filter(({ ik }) => ik === undefined),
    ];
    const among = (some: typeof whole): Terms => ({ ...which, _id: { $in: some.map(({ _id }) => _id) } });
    if (keyed.length > 0) await driver.updateMany('instances', among(keyed), { $unset: BURIED });
    if (plain.length > 0) await driver.deleteMany('instances', among(plain));
  }
}

/** Ended long ago, and told. */
function old(st: EndedStatus, until: number): Terms {
  return { st, ended: { $lte: until }, o: null, ctl: null, un: null };
}

function cutChunk({ ofChunk }: InstancePurge): Change[] {
  if (!ofChunk) return [];
  const { chunk, rows } = ofChunk;
  const keep = chunk.l - chunk.f + 1 - rows;
  return [
    {
      filter: { _id: chunk._id, f: chunk.f },
      update: { $push: { rows: { $each: [], $slice: -keep } }, $set: { f: chunk.f + rows } },
    },
  ];
}

function cutLog({ instance, ofLog }: InstancePurge, which: Terms): Change[] {
  if (ofLog === 0) return [];
  const last = instance.log[ofLog - 1]?.r ?? -1;
  return [{ filter: { ...which, _id: instance._id }, update: { $pull: { log: { r: { $lte: last } } } } }];
}
