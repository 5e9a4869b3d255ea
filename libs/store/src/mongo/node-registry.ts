import { StoreUnavailableError } from '@workflow-runner/contract';
import type { NodeIdentity, NodeRecord, NodeRegistration, Pulse } from '@workflow-runner/contract';
import type { NodeDoc } from './documents.js';
import type { Freeing } from './freeing.js';
import type { Ownership } from './ownership.js';
import type { Base } from './parts.js';

/** Two processes that join as the same node at once; each try loses to another one only once. */
const TRIES = 5;

/**
 * Nodes and their epochs. Nothing proves a death here: a heartbeat that stands still is for others to judge. An epoch is
 * declared dead before what it owns is freed, so a cut leaves what `sweep` finds.
 */
export class NodeRegistry {
  /** Rings that have been told of, by node. */
  private readonly told = new Map<string, number>();
  /** Epochs that began through this object. */
  private readonly local = new Map<string, number>();

  constructor(
    private readonly base: Base,
    private readonly freeing: Freeing,
    private readonly ownership: Ownership,
  ) {}

  async join({ nodeId, leaseMs, workflowIds }: NodeRegistration): Promise<NodeIdentity> {
    const doc = await this.nextEpoch(nodeId, { leaseMs, wfs: [...workflowIds] });
    const { driver, hints } = this.base;
    this.ownership.dropOf(nodeId);
    this.told.set(nodeId, doc.ring);
    this.local.set(nodeId, doc.epoch);
    const before = await driver.find(
      'instances',
      { 'o.n': nodeId, 'o.e': { $lt: doc.epoch } },
      { projection: { o: 1 } },
    );
    for (const epoch of new Set(before.flatMap(({ o }) => o?.e ?? [])))
      await this.freeing.free({ nodeId, epoch }, true);
    hints.emitToOthers('due');
    return { nodeId, epoch: doc.epoch };
  }

  async beat(node: NodeIdentity, workflowIds: readonly string[]): Promise<Pulse> {
    const doc = await this.base.driver.findOneAndUpdate('nodes', alive(node), {
      $inc: { beat: 1 },
      $set: { wfs: [...workflowIds], seen: this.base.now() },
    });
    return doc ? { alive: true, rung: this.takeRing(doc) } : { alive: false, rung: false };
  }

  async leave(node: NodeIdentity): Promise<void> {
    const { driver } = this.base;
    const { nodeId: _id, epoch } = node;
    const left = await driver.updateOne('nodes', alive(node), { $set: { state: 'left' } });
    // Whoever was cut off asks again.
    if (!left && !(await driver.findOne('nodes', { _id, epoch, state: 'left' }))) return;
    this.local.delete(node.nodeId);
    this.ownership.dropOf(node.nodeId);
    await this.freeing.free(node, false);
  }

  async takeover(dead: NodeIdentity): Promise<readonly string[]> {
    await this.base.driver.updateOne('nodes', alive(dead), { $set: { state: 'dead' } });
    return this.freeing.free(dead, true);
  }

  async list(): Promise<readonly NodeRecord[]> {
    const docs = await this.base.driver.find('nodes', {}, { sort: { _id: 1 } });
    return docs.map(toNodeRecord);
  }

  isLocal({ nodeId, epoch }: NodeIdentity): boolean {
    return this.local.get(nodeId) === epoch;
  }

  /** Of each node that lives here the newest ring that it has been told of. */
  toldRings(): ReadonlyMap<string, number> {
    return new Map([...this.local.keys()].map((nodeId) => [nodeId, this.told.get(nodeId) ?? 0]));
  }

  async isAlive(node: NodeIdentity): Promise<boolean> {
    return (await this.base.driver.findOne('nodes', alive(node), { projection: { _id: 1 } })) !== null;
  }

  /** Whether it was rung since the last look, as `beat` and `mail` tell it. */
  async wasRung({ nodeId }: Pick<NodeIdentity, 'nodeId'>): Promise<boolean> {
    const doc = await this.base.driver.findOne('nodes', { _id: nodeId });
    return doc !== null && this.takeRing(doc);
  }

  /** Frees what belongs to epochs that have ended, because somebody was cut off while he freed it or while he claimed it. */
  async sweep(): Promise<void> {
    const { driver } = this.base;
    const living = await driver.find('nodes', { state: 'alive' }, { projection: { epoch: 1 } });
    const lost = await driver.find(
      'instances',
      {
        $or: [
          { 'o.n': { $gt: '', $nin: living.map(({ _id }) => _id) } },
          ...living.map(({ _id, epoch }) => ({ 'o.n': _id, 'o.e': { $lt: epoch } })),
        ],
      },
      { projection: { o: 1 }, limit: 100 },
    );
    const owners = new Map(lost.flatMap(({ o }) => (o ? [[`${o.n} ${o.e}`, o] as const] : [])));
    for (const { n: nodeId, e: epoch } of owners.values()) {
      // It may have joined since the first look.
      if (!(await this.isAlive({ nodeId, epoch }))) await this.freeing.free({ nodeId, epoch }, true);
    }
  }

  private async nextEpoch(nodeId: string, facts: Pick<NodeDoc, 'leaseMs' | 'wfs'>): Promise<NodeDoc> {
    const { driver, now } = this.base;
    const started = now();
    const begin = { ...facts, beat: 0, state: 'alive', ring: 0, started, seen: started };
    for (let left = TRIES; left > 0; left -= 1) {
      const change = { $inc: { epoch: 1 }, $set: begin };
      const doc = await driver.findOneAndUpdate('nodes', { _id: nodeId }, change, { upsert: true });
      if (doc) return doc;
    }
    throw new StoreUnavailableError(`Node ${nodeId} joins again and again`);
  }

  private takeRing({ _id, ring }: NodeDoc): boolean {
    const isNew = ring !== (this.told.get(_id) ?? 0);
    this.told.set(_id, ring);
    return isNew;
  }
}

function alive({ nodeId, epoch }: NodeIdentity) {
  return { _id: nodeId, epoch, state: 'alive' };
}

function toNodeRecord(doc: NodeDoc): NodeRecord {
  return {
    nodeId: doc._id,
    epoch: doc.epoch,
    beat: doc.beat,
    state: doc.state,
    provenGone: doc.state === 'left',
    leaseMs: doc.leaseMs,
    workflowIds: doc.wfs,
    startedAt: doc.started,
  };
}
