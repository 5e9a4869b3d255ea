import type { NodeIdentity } from '@workflow-runner/contract';

export interface Owned {
  /** Number of the instance's row. */
  readonly seq: number;
  readonly owner: NodeIdentity;
  readonly fence: number;
  /** Revision of the last commit; moved on inside the transaction. */
  revision: number;
  /** The stored status says `running`, or `waiting` of what was claimed ahead: a plain commit leaves the row alone. */
  leavesRow: boolean;
  /** The workflow whose slot it holds. */
  readonly slot: string | null;
}

/**
 * What this store object knows to be owned by nodes that joined through it, so that a plain commit reads no row.
 * Only the owner itself gives an instance up while its epoch lives, and it does so through this object; when the
 * epoch is dead, the group's check of the node refuses the commit. Whatever is not known here is read from the row.
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

  /** After a rollback what was moved on inside the transaction is wrong; after a join what was before is void. */
  clear(): void {
    this.owned.clear();
  }
}
