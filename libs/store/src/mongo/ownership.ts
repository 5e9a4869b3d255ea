import type { NodeIdentity } from '@workflow-runner/contract';
import type { InstanceDoc } from './documents.js';

export interface Owned {
  readonly owner: NodeIdentity;
  readonly fence: number;
  /** Revision of the newest commit that is written, or on its way. */
  revision: number;
  /** The stored status says `running`, or `waiting` of what was claimed ahead: a plain commit leaves it. */
  isPlain: boolean;
  readonly slot: string | null;
  /** About how large its snapshot and its log are. */
  snapBytes: number;
  logBytes: number;
  /** Rows of its log. */
  rows: number;
}

/**
 * What this store object knows to be owned by nodes that joined through it, so that a plain commit reads nothing. Only the owner
 * itself gives an instance up while its epoch lives, and it does so through this object; what others did since is found by the
 * condition of the update. Whatever is not known here is read.
 */
export class Ownership {
  private readonly owned = new Map<string, Owned>();

  get(instanceId: string): Owned | undefined {
    return this.owned.get(instanceId);
  }

  set(instanceId: string, owned: Owned): void {
    this.owned.set(instanceId, owned);
  }

  drop(instanceId: string): void {
    this.owned.delete(instanceId);
  }

  /** What a node had is void. */
  dropOf(nodeId: string): void {
    for (const [id, { owner }] of this.owned) if (owner.nodeId === nodeId) this.owned.delete(id);
  }
}

/** What is known of an instance as it was read or written. */
export function ownedOf(
  owner: NodeIdentity,
  doc: Pick<InstanceDoc, 'fence' | 'rev' | 'st' | 'slot' | 'snapb' | 'logb' | 'log'>,
): Owned {
  return {
    owner,
    fence: doc.fence,
    revision: doc.rev,
    isPlain: doc.st === 'running' || doc.st === 'waiting',
    slot: doc.slot ?? null,
    snapBytes: doc.snapb,
    logBytes: doc.logb,
    rows: doc.log.length,
  };
}
