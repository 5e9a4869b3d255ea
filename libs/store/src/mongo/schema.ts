import { StoreTooNewError } from '@workflow-runner/contract';
import type { MongoDriver } from './driver.js';
import { INDEXES } from './indexes.js';

/** What this version writes, and the oldest version of it that can read and write it, too. */
const VERSION = 1;
const OLDEST_READER = 1;

/** Says what the store is where nobody has. @throws {StoreTooNewError} a newer one that this version cannot read */
export async function checkSchema(driver: MongoDriver): Promise<void> {
  const fresh = { $setOnInsert: { version: VERSION, oldestReader: OLDEST_READER } };
  const found =
    (await driver.findOne('meta', { _id: 'schema' })) ??
    (await driver.findOneAndUpdate('meta', { _id: 'schema' }, fresh, { upsert: true }));
  const { version = VERSION, oldestReader = OLDEST_READER } = found ?? {};
  if (version > VERSION && oldestReader > VERSION) throw new StoreTooNewError(version, VERSION);
}

/** Safe when several processes do it at the same time. */
export async function createIndexes(driver: MongoDriver): Promise<void> {
  for (const [collection, index] of INDEXES) await driver.createIndex(collection, index);
}
