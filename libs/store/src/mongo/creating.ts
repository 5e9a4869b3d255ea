import type { CreateReceipt, InstanceRecord, NewInstance, NodeIdentity } from '@workflow-runner/contract';
import { firstRecord } from '../shared/first-record.js';
import { queuedAs, slotOf } from '../shared/slots.js';
import type { InstanceDoc } from './documents.js';
import type { Freeing } from './freeing.js';
import { newDoc } from './new-document.js';
import type { NodeRegistry } from './node-registry.js';
import { ownedOf, type Ownership } from './ownership.js';
import type { Base, Hold, SlotsPart, StartVerdict } from './parts.js';
import { priorityNumber, toRecord } from './records.js';
import { checkSize } from './sizes.js';

/** A start as its document. */
interface Birth {
  readonly record: InstanceRecord;
  readonly doc: InstanceDoc;
  readonly hold: Hold | null;
}

export interface CreatingParts {
  readonly nodes: NodeRegistry;
  readonly ownership: Ownership;
  readonly slots: SlotsPart;
  readonly freeing: Freeing;
}

/** Starts of instances: one document each. A key is a unique field of it, so that one insert decides. */
export class Creating {
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(
    private readonly base: Base,
    private readonly parts: CreatingParts,
  ) {}

  create(instances: readonly NewInstance[]): Promise<CreateReceipt[]> {
    const receipts = this.insert(instances);
    const settled: Promise<unknown> = receipts
      .catch(() => undefined)
      .finally(() => this.underWay.delete(settled));
    this.underWay.add(settled);
    return receipts;
  }

  /** Resolves when all starts are stored, or refused, that were asked for before. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private async insert(instances: readonly NewInstance[]): Promise<CreateReceipt[]> {
    const births = await this.prepare(instances);
    const receipts = new Map<Birth, CreateReceipt>();
    // What was in the way may be gone when it is looked at: then it is tried again.
    for (let left = births; left.length > 0; left = left.filter((birth) => !receipts.has(birth))) {
      const taken = await this.base.driver.insertMany(
        'instances',
        left.map(({ doc }) => doc),
      );
      const [refused, born] = [true, false].map((is) => left.filter((_, index) => taken.has(index) === is));
      for (const birth of born ?? []) receipts.set(birth, { verdict: 'created', record: birth.record });
      if (refused && refused.length > 0) await this.findOthers(refused, receipts);
    }
    await this.settleSlots(births, receipts);
    const all = births.map((birth) => receipts.get(birth)!);
    for (const birth of births) this.own(birth, receipts.get(birth)!);
    if (all.some((receipt) => receipt.verdict === 'created' && !receipt.record.owner))
      this.base.hints.emitToOthers('due');
    return all;
  }

  private async prepare(instances: readonly NewInstance[]): Promise<Birth[]> {
    const living = await this.livingOf(instances);
    const now = this.base.now();
    const isClaimed = ({ claimBy }: NewInstance) => claimBy !== null && living.has(nameOf(claimBy));
    const limited = instances.filter((one) => one.slotLimit !== null && isClaimed(one));
    const verdicts = limited.length === 0 ? [] : await this.parts.slots.forStarts(limited, now);
    const verdictOf = new Map(limited.map((one, index) => [one, verdicts[index]]));
    return instances.map((asked) => this.birth(asked, isClaimed(asked), verdictOf.get(asked), now));
  }

  private birth(
    asked: NewInstance,
    isClaimed: boolean,
    verdict: StartVerdict | undefined,
    now: number,
  ): Birth {
    const { hold, queues } = verdict ?? { hold: null, queues: false };
    const first = firstRecord(asked, isClaimed && !queues, now);
    const record = queues ? { ...first, ...queuedAs(first), wakeAt: first.overdueAt } : first;
    const place = { w: slotOf(asked), p: priorityNumber(record.priority), s: first.wakeAt ?? now };
    const doc = newDoc(asked, record, this.base.keys.next(now), queues ? { q: place } : { slot: hold?.slot });
    checkSize(doc._id, doc.bytes);
    return { record, doc, hold };
  }

  private async livingOf(instances: readonly NewInstance[]): Promise<ReadonlySet<string>> {
    const wanted = new Map(
      instances.flatMap(({ claimBy }) => (claimBy ? [[nameOf(claimBy), claimBy] as const] : [])),
    );
    const living = new Set<string>();
    for (const [name, node] of wanted) if (await this.parts.nodes.isAlive(node)) living.add(name);
    return living;
  }

  /** Who has their ids or keys. */
  private async findOthers(births: readonly Birth[], receipts: Map<Birth, CreateReceipt>): Promise<void> {
    const ids = births.map(({ doc }) => doc._id);
    const keys = births.flatMap(({ doc }) => doc.ik ?? []);
    const others = await this.base.driver.find(
      'instances',
      { $or: [{ _id: { $in: ids } }, { ik: { $in: keys } }] },
      { projection: { ik: 1, dg: 1 } },
    );
    for (const birth of births) {
      const { _id, ik, dg } = birth.doc;
      const other = others.find((one) => ik !== undefined && one.ik === ik);
      if (others.some((one) => one._id === _id))
        receipts.set(birth, { verdict: 'existing', instanceId: _id });
      else if (other)
        receipts.set(birth, { verdict: other.dg === dg ? 'existing' : 'conflict', instanceId: other._id });
    }
  }

  /** Slots of what was not born are given back; what was born too late for its slot is given up. */
  private async settleSlots(births: readonly Birth[], receipts: Map<Birth, CreateReceipt>): Promise<void> {
    const holds = births.flatMap(({ hold }) => hold ?? []);
    if (holds.length === 0) return;
    const born = births.filter((birth) => receipts.get(birth)?.verdict === 'created');
    const ids = new Set(born.map(({ doc }) => doc._id));
    const late = await this.parts.slots.settle(holds, (id) => ids.has(id));
    for (const birth of born.filter(({ doc }) => late.has(doc._id))) {
      const { owner, id } = birth.record;
      if (owner) await this.parts.freeing.free(owner, false, { _id: id, fence: 1 });
      const doc = await this.base.driver.findOne('instances', { _id: id });
      if (doc) receipts.set(birth, { verdict: 'created', record: toRecord(doc) });
    }
  }

  private own({ doc }: Birth, receipt: CreateReceipt): void {
    if (receipt.verdict !== 'created' || !receipt.record.owner) return;
    const { owner, id } = receipt.record;
    if (this.parts.nodes.isLocal(owner)) this.parts.ownership.set(id, ownedOf(owner, doc));
  }
}

function nameOf({ nodeId, epoch }: NodeIdentity): string {
  return `${epoch} ${nodeId}`;
}
