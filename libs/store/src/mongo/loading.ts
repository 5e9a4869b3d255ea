import type { LoadedInstance, NodeIdentity } from '@workflow-runner/contract';
import type { NodeRegistry } from './node-registry.js';
import type { Base } from './parts.js';
import { IMAGE, toInbox, toLoaded, toRecord } from './records.js';

/** Reads of instances for their owners. One document is one moment. */
export class Loading {
  constructor(
    private readonly base: Base,
    private readonly nodes: NodeRegistry,
  ) {}

  async load(instanceId: string): Promise<LoadedInstance | null> {
    const found = { _id: instanceId, st: { $exists: true } };
    const doc = await this.base.driver.findOne('instances', found, { projection: IMAGE });
    return doc && toLoaded(doc);
  }

  async mail(node: NodeIdentity): Promise<Pick<LoadedInstance, 'record' | 'inbox'>[]> {
    // Whoever rings from now on is heard later.
    await this.nodes.wasRung(node);
    const docs = await this.base.driver.find(
      'instances',
      {
        'o.n': node.nodeId,
        'o.e': node.epoch,
        $or: [{ 'ctl.at': { $exists: true } }, { 'inbox.0': { $exists: true } }],
      },
      { projection: { snap: 0, log: 0, subs: 0, sig: 0 } },
    );
    return docs.map((doc) => ({ record: toRecord(doc), inbox: toInbox(doc.inbox) }));
  }
}
