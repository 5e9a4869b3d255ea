import mongoose from 'mongoose';
import { expect, it } from 'vitest';
import { describeOnMongo } from '../../servers/mongo/suite.js';
import { idsOf, itemsOn } from './items.js';

const { Binary, Decimal128, Long, ObjectId } = mongoose.mongo;

describeOnMongo('queries', (server) => {
  const { client, holding } = itemsOn(server);

  it('null finds what is missing, and comes first in an order', async () => {
    const items = await holding({ _id: 1, a: 2 }, { _id: 2, a: null }, { _id: 3 }, { _id: 4, a: -1 });
    expect(await idsOf(items.find({ a: null }).sort({ _id: 1 }))).toEqual([2, 3]);
    expect(await idsOf(items.find({ a: { $in: [null, 2] } }).sort({ _id: 1 }))).toEqual([1, 2, 3]);
    expect(await idsOf(items.find({ a: { $exists: false } }))).toEqual([3]);
    expect(await idsOf(items.find().sort({ a: 1, _id: 1 }))).toEqual([2, 3, 4, 1]);
  });

  it('ranges, alternatives, order, skip and limit go together', async () => {
    const items = await holding(
      ...Array.from({ length: 100 }, (_, i) => ({ _id: i, wake: i % 10, rank: 100 - i })),
    );
    await items.createIndex({ wake: 1, rank: 1 });
    const due = items.find({ wake: { $lte: 3 }, $or: [{ rank: { $gt: 50 } }, { rank: { $lt: 5 } }] });
    expect(await idsOf(due.sort({ rank: 1, _id: 1 }).skip(1).limit(3))).toEqual([42, 41, 40]);
  });

  it('$elemMatch asks one element, and as a projection shows it alone', async () => {
    const items = await holding({
      _id: 1,
      subs: [
        { n: 'a', k: 1 },
        { n: 'b', k: 2 },
      ],
    });
    await items.createIndex({ 'subs.n': 1, 'subs.k': 1 });
    expect(await items.countDocuments({ subs: { $elemMatch: { n: 'a', k: 2 } } })).toBe(0);
    const projection = { subs: { $elemMatch: { n: 'b' } } };
    expect(await items.findOne({ subs: { $elemMatch: { n: 'b', k: 2 } } }, { projection })).toEqual({
      _id: 1,
      subs: [{ n: 'b', k: 2 }],
    });
  });

  it('a compound _id is looked up, ranged and sorted', async () => {
    const ids = [
      { i: 'a', r: 1 },
      { i: 'a', r: 2 },
      { i: 'b', r: 1 },
    ];
    const items = await holding(...ids.map((_id) => ({ _id })));
    expect(await items.findOne({ _id: ids[1] })).toEqual({ _id: ids[1] });
    expect(await idsOf(items.find({ _id: { $gt: ids[0] } }).sort({ _id: 1 }))).toEqual(ids.slice(1));
  });

  it('$match, $group, $sort, $limit, $unwind, $count and $facet', async () => {
    const items = await holding({ s: 'a', v: 1 }, { s: 'a', v: 2, l: [7, 8] }, { s: 'b', v: 5 });
    const groups = items.aggregate([
      { $match: { v: { $gt: 0 } } },
      { $group: { _id: '$s', n: { $sum: 1 }, most: { $max: '$v' } } },
      { $sort: { n: -1 } },
      { $limit: 1 },
    ]);
    expect(await groups.toArray()).toEqual([{ _id: 'a', n: 2, most: 2 }]);
    const facets = items.aggregate([
      { $facet: { all: [{ $count: 'n' }], flat: [{ $unwind: '$l' }, { $project: { _id: 0, l: 1 } }] } },
    ]);
    expect(await facets.toArray()).toEqual([{ all: [{ n: 3 }], flat: [{ l: 7 }, { l: 8 }] }]);
  });

  it('a cursor goes over many batches, and one that was killed is an error', async () => {
    const items = await holding(...Array.from({ length: 500 }, (_, id) => ({ _id: id })));
    const cursor = items.find({}, { batchSize: 100 }).sort({ _id: 1 });
    expect(await idsOf(cursor)).toHaveLength(500);
    const killed = items.find({}, { batchSize: 10 });
    await killed.next();
    await client.db().command({ killCursors: items.collectionName, cursors: [killed.id] });
    await expect(killed.toArray()).rejects.toHaveProperty('code', 43);
  });

  it('values come back as they were', async () => {
    const value = {
      _id: new ObjectId(),
      long: Long.fromString('9007199254740993'),
      date: new Date(1),
      bytes: new Binary(Buffer.from('ab')),
      decimal: Decimal128.fromString('1.5'),
      special: [null, NaN, Infinity, 1.5, 5, 'a\u0000b', ''],
      keys: { 'a.b': 1, $c: 2, '': 3 },
    };
    const items = await holding(value);
    expect(await items.findOne({}, { promoteLongs: false, promoteValues: true })).toEqual({
      ...value,
      special: [null, NaN, Infinity, 1.5, expect.anything(), 'a\u0000b', ''],
      keys: expect.anything() as object,
    });
  });
});
