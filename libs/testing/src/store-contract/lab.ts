import { afterEach, beforeEach } from 'vitest';
import type { LoadedInstance, NodeIdentity, Store } from '@workflow-runner/contract';
import type { ManualClock } from '../manual-clock.js';

/** What a store's own spec gives the suite for each test: fresh data, open. */
export interface StoreUnderTest {
  readonly store: Store;
  /** The clock the store was made with. */
  readonly clock: ManualClock;
  /** For stores that persist: closes the store and gives the same data again, open. */
  readonly reopen?: () => Promise<Store>;
  /** For stores that several processes share: another store object on the same data, open. */
  readonly second?: () => Promise<Store>;
  /** For stores with a schema: writes what a newer version would have left. The store is closed meanwhile. */
  readonly pretendSchema?: (version: number, oldestReader: number) => Promise<void>;
  /** Closes everything and removes the data. */
  readonly dispose: () => Promise<void>;
}

export type MakeStore = () => Promise<StoreUnderTest>;

/** What a store claims to have; tests of what it does not have are not part of its contract. */
export interface StoreFeatures {
  /** Data outlives the process: `reopen` is given. */
  readonly persists: boolean;
  /** Its data has a schema version: `pretendSchema` is given. */
  readonly hasSchema: boolean;
  /** It knows by itself that a process is gone. */
  readonly provesDeaths: boolean;
  /** It refuses values that it cannot write; a store of plain objects takes everything. */
  readonly refusesValues: boolean;
}

/** Full id of the workflow that the suite's instances belong to. */
export const WORKFLOW = 'contract.sample@1.0.0';

/** The store of the current test, and short ways to what many tests need. */
export class Lab {
  private current: StoreUnderTest | null = null;

  constructor(
    makeStore: MakeStore,
    readonly features: StoreFeatures,
  ) {
    beforeEach(async () => {
      this.current = await makeStore();
    });
    afterEach(async () => {
      await this.current?.dispose();
      this.current = null;
    });
  }

  get under(): StoreUnderTest {
    if (!this.current) throw new Error('The lab is only open during a test');
    return this.current;
  }

  get store(): Store {
    return this.under.store;
  }

  get clock(): ManualClock {
    return this.under.clock;
  }

  /** Another store object on the same data; the same object where a store has only one. */
  async second(): Promise<Store> {
    return this.under.second ? this.under.second() : this.store;
  }

  join(nodeId = 'node-a', store = this.store): Promise<NodeIdentity> {
    return store.join({ nodeId, leaseMs: 15_000, workflowIds: [WORKFLOW] });
  }

  claimDue(node: NodeIdentity, limit = 100, store = this.store): Promise<readonly LoadedInstance[]> {
    return store.claim(node, { limit, workflowIds: [WORKFLOW] });
  }

  async load(instanceId: string): Promise<LoadedInstance> {
    const loaded = await this.store.load(instanceId);
    if (!loaded) throw new Error(`There is no instance ${instanceId}`);
    return loaded;
  }
}
