import type { MongoDriver } from './driver.js';
import { sizesOf } from './sizes.js';

/** What does not count by its text, but by what is noted of it. */
const WITHOUT_TEXTS = { snap: 0, log: 0 };

/**
 * What an owner consumes with a plain commit, it does not know the size of: so an instance may count for more than it is, until
 * it is read. Whoever finds it full counts it anew.
 * @returns whether it counts for less now
 */
export async function recount(driver: MongoDriver, instanceId: string): Promise<boolean> {
  const found = { _id: instanceId, st: { $exists: true } };
  const doc = await driver.findOne('instances', found, { projection: WITHOUT_TEXTS });
  if (!doc) return false;
  const { bytes } = sizesOf(doc);
  const { rev, seq } = doc;
  if (bytes >= doc.bytes) return false;
  await driver.updateOne('instances', { _id: instanceId, rev, seq, bytes: doc.bytes }, { $set: { bytes } });
  return true;
}
