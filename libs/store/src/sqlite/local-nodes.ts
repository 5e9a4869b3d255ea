import type { NodeIdentity } from '@workflow-runner/contract';
import type { NodeLock } from './node-lock.js';

export interface LocalNode {
  readonly epoch: number;
  readonly lock: NodeLock;
  /** Ring counter at the last beat or mail. */
  ringSeen: number;
  /** Ring counter of which this process has been told. */
  ringHinted: number;
}

/** The nodes that joined through this store object. Their commits must come through it too. */
export class LocalNodes {
  private readonly nodes = new Map<string, LocalNode>();

  get ids(): readonly string[] {
    return [...this.nodes.keys()];
  }

  get(node: NodeIdentity): LocalNode | undefined {
    const local = this.nodes.get(node.nodeId);
    return local?.epoch === node.epoch ? local : undefined;
  }

  byId(nodeId: string): LocalNode | undefined {
    return this.nodes.get(nodeId);
  }

  add(node: NodeIdentity, lock: NodeLock): void {
    this.nodes.get(node.nodeId)?.lock.release();
    this.nodes.set(node.nodeId, { epoch: node.epoch, lock, ringSeen: 0, ringHinted: 0 });
  }

  remove(node: NodeIdentity): void {
    this.get(node)?.lock.release();
    if (this.get(node)) this.nodes.delete(node.nodeId);
  }

  releaseAll(): void {
    for (const { lock } of this.nodes.values()) lock.release();
    this.nodes.clear();
  }
}
