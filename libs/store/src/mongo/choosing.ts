import { PRIORITIES } from '@workflow-runner/contract';
import type { ClaimRequest, InstanceStatus } from '@workflow-runner/contract';
import { randomInt } from 'node:crypto';
import { ClaimLimits, needsSlot, slotOf } from '../shared/slots.js';
import type { InstanceDoc } from './documents.js';
import type { Terms } from './driver.js';
import type { Base, Candidate, EventsPart, Hold, SlotsPart } from './parts.js';
import { rankOfDoc } from './records.js';

const OPEN: readonly InstanceStatus[] = ['pending', 'running', 'waiting', 'paused'];
/** In doublings: so many times more than it takes does a claim look at that others have passed. */
const WIDEST = 5;
const NUMBERS = PRIORITIES.map((_, number) => number);

/** What a claim must know of an instance before it takes it. */
export const PROJECTION = {
  ...{ ns: 1, n: 1, prio: 1, st: 1, sr: 1, fence: 1, rev: 1, wake: 1, dw: 1, q: 1, ctl: 1, ov: 1 },
  ...{ ending: 1, ord: 1, started: 1, cu: 1 },
};

export type Chosen = Pick<InstanceDoc, '_id' | 'st' | 'sr' | 'fence' | 'rev' | 'started' | 'cu'>;

/** One that is to be taken. */
export interface Choice {
  readonly doc: Chosen;
  readonly hold: Hold | null;
  /** It stays what it is: its time has not come. */
  readonly isAhead: boolean;
}

/** A wish of which every node takes care; for what is to be accepted one with the workflow is needed. */
export const MARKED: Terms = { 'ctl.action': { $exists: true, $ne: 'accept' } };

/** What a node with these workflows may take. */
export function claimable(workflowIds: readonly string[] | undefined, now: number): Terms {
  const mine = workflowIds ? { wf: { $in: workflowIds }, st: { $in: OPEN } } : { st: { $in: OPEN } };
  return { $or: [mine, MARKED, { ov: { $lte: now }, st: { $in: OPEN } }] };
}

/** Which instances a claim takes, in the order of rank. Nothing is decided here: taking them verifies it. */
export class Choosing {
  constructor(
    private readonly base: Base,
    private readonly slots: SlotsPart,
    private readonly events: Pick<EventsPart, 'nextDueAt'>,
  ) {}

  /** @param round how often others were faster: then it looks at more, and takes some of them */
  async choose(request: ClaimRequest, round = 0): Promise<Choice[]> {
    const now = this.base.now();
    const chosen = await this.chooseDue(request, now, round);
    const left = request.limit - chosen.length;
    const ahead = left > 0 ? await this.ahead(request, now, left << Math.min(round, WIDEST)) : [];
    return [...chosen, ...someOf(ahead, left).map((doc) => ({ doc, hold: null, isAhead: true }))];
  }

  async nextDueAt(workflowIds: readonly string[] | undefined): Promise<number | null> {
    const { driver } = this.base;
    const mine = claimable(workflowIds, -Infinity);
    const first = (filter: Terms, field: 'dw' | 'ov') =>
      driver.find('instances', filter, { sort: { [field]: 1 }, limit: 1, projection: { [field]: 1 } });
    const overdue = { ov: { $exists: true }, dw: { $exists: true }, o: null };
    const [event, ...found] = await Promise.all([
      this.events.nextDueAt(),
      first(overdue, 'ov'),
      ...NUMBERS.map((dp) => first({ dp, dw: { $exists: true }, ...mine }, 'dw')),
    ]);
    const moments = [event, ...found.flat().map(({ dw, ov }) => dw ?? ov)].filter((at) => at != null);
    return moments.length === 0 ? null : Math.min(...moments);
  }

  private async chooseDue(request: ClaimRequest, now: number, round: number): Promise<Choice[]> {
    const find = (most: number) =>
      request.instanceIds
        ? this.named(request, now, request.instanceIds, most)
        : this.due(request, now, most);
    if (!(await this.slots.mind(request))) {
      const docs = await find(request.limit << Math.min(round, WIDEST));
      return someOf(docs, request.limit).map((doc) => ({ doc, hold: null, isAhead: false }));
    }
    const choices = await this.slots.forClaim(request, now, async (most) =>
      (await find(most)).map((doc) => toCandidate(doc, now)),
    );
    return choices.map((choice) => ({ ...choice, isAhead: false }));
  }

  private due({ workflowIds }: ClaimRequest, now: number, most: number): Promise<InstanceDoc[]> {
    return this.inOrder({ dw: { $lte: now }, ...claimable(workflowIds, now) }, most);
  }

  private async named(
    { workflowIds }: ClaimRequest,
    now: number,
    ids: readonly string[],
    most: number,
  ): Promise<InstanceDoc[]> {
    const filter = { _id: { $in: [...new Set(ids)] }, o: null, ...claimable(workflowIds, now) };
    const docs = await this.base.driver.find('instances', filter, { projection: PROJECTION });
    return docs.sort(byRank).slice(0, most);
  }

  /** What will be due soon and waits for that moment alone. */
  private async ahead(request: ClaimRequest, now: number, most: number): Promise<InstanceDoc[]> {
    const { aheadMs, instanceIds } = request;
    if (aheadMs === undefined || instanceIds || most <= 0) return [];
    const wf = { $in: new ClaimLimits(request).unlimited };
    return this.inOrder({ dw: { $gt: now, $lte: now + aheadMs }, st: 'waiting', sr: null, wf }, most);
  }

  /** Each priority is in the order of its wake times; rank merges them. */
  private async inOrder(filter: Terms, most: number): Promise<InstanceDoc[]> {
    if (most <= 0) return [];
    const { driver } = this.base;
    const options = { sort: { dw: 1 }, limit: most, projection: PROJECTION } as const;
    const found = await Promise.all(
      NUMBERS.map((dp) => driver.find('instances', { dp, ...filter }, options)),
    );
    return found.flat().sort(byRank).slice(0, most);
  }
}

export function toCandidate(doc: InstanceDoc, now: number): Candidate {
  const { ns: nameSpace, n: name, ctl: control = null, st: status } = doc;
  const about = { control, status, overdueAt: doc.ov ?? null };
  return {
    doc,
    rank: rankOfDoc(doc),
    slot: slotOf({ nameSpace, name }),
    needsSlot: needsSlot(about, doc.ending, now),
  };
}

/** So many of them by chance, in their order; all where there are not more. */
function someOf<T>(docs: readonly T[], most: number): readonly T[] {
  let left = docs.length;
  let wanted = Math.min(most, left);
  return docs.filter(() => {
    const isTaken = wanted > 0 && randomInt(left) < wanted;
    left -= 1;
    if (isTaken) wanted -= 1;
    return isTaken;
  });
}

function byRank(a: InstanceDoc, b: InstanceDoc): number {
  return rankOfDoc(a) - rankOfDoc(b) || (a.ord < b.ord ? -1 : 1);
}
