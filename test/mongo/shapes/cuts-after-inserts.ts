import { StoreUnavailableError } from '@workflow-runner/contract';
import type { CollectionName } from '../../../libs/store/src/mongo/collections.js';
import type { MongoDriver } from '../../../libs/store/src/mongo/driver.js';

/** Cuts off who inserts: what was asked for is in the collection, and nobody was told. */
export class CutsAfterInserts {
  private next: CollectionName | null = null;

  /** The next insert into a collection. */
  cut(collection: CollectionName): void {
    this.next = collection;
  }

  readonly intercept = (driver: MongoDriver): MongoDriver => {
    const insertOne: MongoDriver['insertOne'] = async (collection, document) =>
      this.through(collection, await driver.insertOne(collection, document));
    const insertMany: MongoDriver['insertMany'] = async (collection, documents) =>
      this.through(collection, await driver.insertMany(collection, documents));
    const mine: Partial<MongoDriver> = { insertOne, insertMany };
    return new Proxy(driver, {
      get: (target, name: keyof MongoDriver) => mine[name] ?? target[name].bind(target),
    });
  };

  private through<T>(collection: CollectionName, answer: T): T {
    if (collection !== this.next) return answer;
    this.next = null;
    throw new StoreUnavailableError('Cut off after an insert');
  }
}
