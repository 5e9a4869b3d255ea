import mongoose from 'mongoose';
import { afterAll, beforeAll } from 'vitest';
import type { MongoServer } from '../../servers/mongo/mongo-server.js';
import { testDatabase, type TestDatabase } from '../../servers/mongo/test-database.js';

export interface Item extends mongoose.mongo.Document {
  _id?: number | string | object;
}

export type Items = mongoose.mongo.Collection<Item>;
export type BulkError = mongoose.mongo.MongoBulkWriteError;

interface Fixtures {
  readonly database: TestDatabase;
  readonly client: mongoose.mongo.MongoClient;
  /** A collection that is not there yet. */
  fresh(): Items;
  /** A collection with these documents. */
  holding(...documents: Item[]): Promise<Items>;
}

/** Collections in a database of their own, which goes when the specs around have ended. */
export function itemsOn(server: MongoServer): Fixtures {
  const database = testDatabase(server, 'server');
  const client = new mongoose.mongo.MongoClient(database.uri, { maxPoolSize: 50, monitorCommands: true });
  let collections = 0;
  beforeAll(() => client.connect());
  afterAll(async () => {
    await client.close();
    await database.drop();
  });

  function fresh(): Items {
    collections += 1;
    return client.db().collection<Item>(`items_${collections}`);
  }
  async function holding(...documents: Item[]): Promise<Items> {
    const items = fresh();
    await items.insertMany(documents);
    return items;
  }
  return { database, client, fresh, holding };
}

/** The keys of what a query finds, in its order. */
export async function idsOf(cursor: { toArray(): Promise<Item[]> }): Promise<unknown[]> {
  return (await cursor.toArray()).map(({ _id }) => _id);
}

/** What failed in a bulk: place in the call, and code. */
export function placesOf(error: unknown): unknown[] {
  return [(error as BulkError).writeErrors].flat().map(({ index, code }) => [index, code]);
}
