import mongoose from 'mongoose';
import type { Clock } from '@workflow-runner/contract';
import { MongoStore, type MongoDriver, type MongoStoreOptions } from '@workflow-runner/store/mongo';
import { ManualClock } from '@workflow-runner/testing';
import type { StoreUnderTest } from '@workflow-runner/testing/store-contract';
import type { MongoServer } from '../servers/mongo/mongo-server.js';
import { testDatabase } from '../servers/mongo/test-database.js';

/** A driver whose server goes by the clock of a test. */
export function byClock(clock: Clock, driver: MongoDriver): MongoDriver {
  return new Proxy(driver, {
    get: (target, name) => {
      if (name === 'serverTime') return async () => clock.now();
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** MongoDB stores over one database of their own. @param options `intercept` is asked behind the clock */
export async function makeMongo(
  server: MongoServer,
  options: Partial<MongoStoreOptions> = {},
): Promise<StoreUnderTest & { readonly uri: string }> {
  const { uri, drop } = testDatabase(server, 'contract');
  const clock = new ManualClock();
  const opened: MongoStore[] = [];
  const open = async (): Promise<MongoStore> => {
    const { intercept = (driver: MongoDriver) => driver } = options;
    const store = new MongoStore({
      ...{ uri, clock },
      ...options,
      intercept: (driver) => byClock(clock, intercept(driver)),
    });
    opened.push(store);
    await store.open();
    return store;
  };
  const store = await open();
  return {
    uri,
    store,
    clock,
    second: open,
    reopen: async () => {
      await store.close();
      return open();
    },
    pretendSchema: async (version, oldestReader) => {
      const client = new mongoose.mongo.MongoClient(uri);
      const meta = client.db().collection<{ _id: string }>('wfr_meta');
      await meta.updateOne({ _id: 'schema' }, { $set: { version, oldestReader } });
      await client.close();
    },
    dispose: async () => {
      for (const one of opened) await one.close();
      await drop();
    },
  };
}
