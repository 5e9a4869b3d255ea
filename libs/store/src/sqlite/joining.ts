import type { NodeIdentity, NodeRegistration } from '@workflow-runner/contract';
import type { Opener } from './driver.js';
import type { Group } from './group.js';
import type { LocalNodes } from './local-nodes.js';
import { NodeLock, removeLock } from './node-lock.js';
import type { NodeRegistry } from './node-registry.js';

/** One join: holds the lock of its new epoch before anybody can see the epoch in the node's row. */
export class Joining {
  private held: { readonly node: NodeIdentity; readonly lock: NodeLock } | null = null;

  constructor(
    private readonly asked: NodeRegistration,
    private readonly opener: Opener,
    private readonly path: string,
    private readonly registry: NodeRegistry,
  ) {}

  /** The job; may be run again after a rollback. */
  readonly work = (group: Group): NodeIdentity => {
    const node = this.registry.nextEpoch(group, this.asked);
    if (this.held?.node.epoch !== node.epoch) {
      this.abandon();
      this.held = { node, lock: NodeLock.acquire(this.opener, this.path, node) };
    }
    this.registry.enter(group, node, this.asked);
    return node;
  };

  /** After the commit. The epoch before is dead, whether its process lives or not. */
  settle(local: LocalNodes): void {
    if (!this.held) return;
    const { node, lock } = this.held;
    local.add(node, lock);
    removeLock(this.path, { nodeId: node.nodeId, epoch: node.epoch - 1 });
  }

  /** When nothing was committed. */
  abandon(): void {
    this.held?.lock.release();
    this.held = null;
  }
}
