import { PRIORITIES } from '@workflow-runner/contract';
import type { InstanceStatus, WorkflowLimit } from '@workflow-runner/contract';
import { NEED_NO_SLOT, queuedAs, slotOf } from '../shared/slots.js';
import { claimable } from './choosing.js';
import type { InstanceDoc } from './documents.js';
import type { MongoDriver, Terms } from './driver.js';
import { dueFields, updateOf } from './standing-terms.js';

const NUMBERS = PRIORITIES.map((_, number) => number);
/** These show what they are while they queue. */
const SHOWN: readonly InstanceStatus[] = ['paused', 'failed'];
/** So many with a deadline join a queue at once. */
const BATCH = 500;

/** Those that wait for a slot: `q` is their place, and they are due for their deadline alone. */
export class SlotQueue {
  constructor(private readonly driver: MongoDriver) {}

  async isEmpty(): Promise<boolean> {
    return !(await this.has({ $gt: '' }));
  }

  /** Whether somebody queues for it. */
  async has(slot: string | Terms): Promise<boolean> {
    return (await this.driver.findOne('instances', { 'q.w': slot }, { projection: { _id: 1 } })) !== null;
  }

  /**
   * The workflows for which somebody queues: one look into the index for each.
   * @param among these; default: all
   */
  async workflows(among?: ReadonlySet<string>): Promise<string[]> {
    const wanted = among && { $in: [...among] };
    const found: string[] = [];
    for (let last: string | undefined = ''; last !== undefined;) {
      const next: InstanceDoc | null = await this.driver.findOne(
        'instances',
        { 'q.w': { $gt: last, ...wanted } },
        { sort: { 'q.w': 1 }, projection: { 'q.w': 1 } },
      );
      last = next?.q?.w;
      if (last !== undefined) found.push(last);
    }
    return found;
  }

  /** The best of a queue that a node can run, of each priority in the order of their places. */
  async next(
    slot: string,
    workflowIds: readonly string[],
    most: number,
    now: number,
    projection: Terms,
  ): Promise<InstanceDoc[]> {
    const options = { sort: { 'q.s': 1 }, limit: most, projection } as const;
    const found = await Promise.all(
      NUMBERS.map((p) =>
        this.driver.find(
          'instances',
          { 'q.w': slot, 'q.p': p, o: null, $and: [claimable(workflowIds, -Infinity), needsSlotTerms(now)] },
          options,
        ),
      ),
    );
    return found.flat();
  }

  /**
   * All of the workflow that is due, needs a slot and has none waits at the place of its wake time.
   * @param except those that have got one and are not owned yet
   */
  async enqueueDue(
    workflow: Pick<WorkflowLimit, 'nameSpace' | 'name'>,
    except: readonly string[],
    now: number,
  ): Promise<void> {
    const slot = slotOf(workflow);
    const due = {
      ...(except.length > 0 && { _id: { $nin: except } }),
      dp: { $in: NUMBERS },
      dw: { $lte: now },
      ...{ ns: workflow.nameSpace, n: workflow.name },
      ...needsSlotTerms(now),
    };
    const sleeps = { ov: { $exists: false } };
    const [isNew, isQueued] = [{ q: { $exists: false } }, { q: { $exists: true } }];
    const moves = { $rename: { dp: 'q.p', dw: 'q.s' } };
    const place = { 'q.w': slot, wake: null, updated: now };
    const pending = { st: 'pending', sr: 'slot' };
    const { driver } = this;
    await Promise.all([
      driver.updateMany(
        'instances',
        { ...due, ...sleeps, ...isNew, st: { $nin: SHOWN } },
        { $set: { ...place, ...pending }, ...moves },
      ),
      driver.updateMany(
        'instances',
        { ...due, ...sleeps, ...isNew, st: { $in: SHOWN } },
        { $set: place, ...moves },
      ),
      // A wish has made it due: it keeps its place.
      driver.updateMany(
        'instances',
        { ...due, ...sleeps, ...isQueued },
        { $set: { wake: null }, $unset: { dp: '', dw: '' } },
      ),
      this.enqueueWithDeadlines({ ...due, ov: { $gt: now } }, slot, now),
    ]);
  }

  /** Their deadlines are their own, so that one update cannot say them for all. */
  private async enqueueWithDeadlines(due: Terms, slot: string, now: number): Promise<void> {
    const projection = { prio: 1, dw: 1, ov: 1, st: 1, sr: 1, q: 1, fence: 1, seq: 1, updated: 1 };
    for (;;) {
      const docs = await this.driver.find('instances', due, { limit: BATCH, projection });
      if (docs.length === 0) return;
      const changes = docs.map((doc) => {
        const { _id, prio, dw, ov, st, sr, q, fence, seq } = doc;
        const { status, statusReason } = queuedAs({ status: st, statusReason: sr });
        const place = q ?? { w: slot, p: prio, s: dw };
        const fields = { ...dueFields(prio, ov ?? null), q: place, st: status, sr: statusReason };
        return {
          filter: { _id, o: null, fence, seq, st, dw },
          update: updateOf({ ...fields, updated: q ? doc.updated : now }),
        };
      });
      await this.driver.bulkUpdate('instances', changes, false);
    }
  }
}

/** `needsSlot` of the shared rules as a condition. */
function needsSlotTerms(now: number): Terms {
  return {
    ending: { $ne: true },
    'ctl.action': { $nin: NEED_NO_SLOT },
    $or: [{ st: 'failed' }, { ov: { $exists: false } }, { ov: { $gt: now } }],
  };
}
