import { MongoStore, type MongoDriver, type MongoStoreOptions } from '@workflow-runner/store/mongo';
import { ManualClock } from '@workflow-runner/testing';
import { afterEach, beforeEach } from 'vitest';
import type { InstanceRecord, LoadedInstance, NodeIdentity } from '@workflow-runner/contract';
import { aStart } from '../../libs/testing/src/store-contract/samples.js';
import { WORKFLOW } from '../../libs/testing/src/store-contract/lab.js';
import type { MongoServer } from '../servers/mongo/mongo-server.js';
import { testDatabase, type TestDatabase } from '../servers/mongo/test-database.js';
import { byClock } from './mongo-lab.js';

/** A database of its own for each test, and as many stores on it as the test wants; each goes by the clock of the test. */
export class Ground {
  clock = new ManualClock();
  private database: TestDatabase | null = null;
  private stores: MongoStore[] = [];

  constructor(server: MongoServer) {
    beforeEach(() => {
      this.clock = new ManualClock();
      this.database = testDatabase(server, 'ground');
    });
    afterEach(async () => {
      for (const store of this.stores.splice(0)) await store.close();
      await this.database?.drop();
    });
  }

  get uri(): string {
    if (!this.database) throw new Error('There is a database only during a test');
    return this.database.uri;
  }

  /** @param between comes between the store and its server */
  async open(
    between: (driver: MongoDriver) => MongoDriver = (driver) => driver,
    options: Partial<MongoStoreOptions> & { readonly clock?: ManualClock } = {},
  ): Promise<MongoStore> {
    const clock = options.clock ?? this.clock;
    const intercept = (driver: MongoDriver): MongoDriver => between(byClock(clock, driver));
    const store = new MongoStore({ uri: this.uri, ...options, clock, intercept });
    this.stores.push(store);
    await store.open();
    return store;
  }

  /** Gives up a store that a test has made useless. */
  forget(store: MongoStore): void {
    this.stores = this.stores.filter((one) => one !== store);
  }
}

export function join(store: MongoStore, nodeId = 'node-a'): Promise<NodeIdentity> {
  return store.join({ nodeId, leaseMs: 15_000, workflowIds: [WORKFLOW] });
}

export async function running(store: MongoStore, id: string, claimBy: NodeIdentity): Promise<InstanceRecord> {
  const [receipt] = await store.create([aStart(id, { claimBy })]);
  if (receipt?.verdict !== 'created') throw new Error(`${id} was not created`);
  return receipt.record;
}

export async function loaded(store: MongoStore, id: string): Promise<LoadedInstance> {
  const found = await store.load(id);
  if (!found) throw new Error(`There is no instance ${id}`);
  return found;
}

/** What was answered already may go on for a moment: waits until it waits for nothing any more, and then as it stands. */
export async function withoutWaits(store: MongoStore, id: string): Promise<LoadedInstance> {
  for (let looks = 0; looks < 200; looks += 1) {
    if ((await store.subscriptions({ instanceId: id })).length === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return loaded(store, id);
}
