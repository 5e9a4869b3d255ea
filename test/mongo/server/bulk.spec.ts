import { expect, it } from 'vitest';
import { describeOnMongo } from '../../servers/mongo/suite.js';
import { idsOf, itemsOn, placesOf, type BulkError } from './items.js';

describeOnMongo('many writes in one call', (server) => {
  const { holding } = itemsOn(server);

  it('an unordered bulk does all that can be done and tells of the others by their place', async () => {
    const items = await holding({ _id: 1 });
    const bulk = items.bulkWrite(
      [
        { insertOne: { document: { _id: 1 } } },
        { insertOne: { document: { _id: 2 } } },
        { updateOne: { filter: { _id: 2 }, update: { $set: { a: 1 } } } },
        { updateOne: { filter: { _id: 99 }, update: { $set: { a: 1 } } } },
        { insertOne: { document: { _id: 2 } } },
      ],
      { ordered: false },
    );
    const error = (await bulk.catch((e: unknown) => e)) as BulkError;
    expect(placesOf(error)).toEqual([
      [0, 11_000],
      [4, 11_000],
    ]);
    expect(error.result.matchedCount).toBe(1);
    expect(await items.find().sort({ _id: 1 }).toArray()).toEqual([{ _id: 1 }, { _id: 2, a: 1 }]);
  });

  it('an ordered bulk stops at the first that fails', async () => {
    const items = await holding({ _id: 1 });
    const error = (await items
      .insertMany([{ _id: 2 }, { _id: 1 }, { _id: 3 }])
      .catch((e: unknown) => e)) as BulkError;
    expect(placesOf(error)).toEqual([[1, 11_000]]);
    expect(await idsOf(items.find().sort({ _id: 1 }))).toEqual([1, 2]);
  });
});
