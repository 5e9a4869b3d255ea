import mongoose from 'mongoose';
import { expect, it } from 'vitest';
import { describeOnMongo } from '../../servers/mongo/suite.js';
import { itemsOn } from './items.js';

describeOnMongo('writes of one document', (server) => {
  const { database, fresh, holding } = itemsOn(server);

  it('findOneAndUpdate takes the first by the sort and returns it before or after', async () => {
    const items = await holding({ _id: 1, rank: 3 }, { _id: 2, rank: 1 }, { _id: 3, rank: 2 });
    const claim = (sort: 1 | -1, returnDocument: 'before' | 'after') =>
      items.findOneAndUpdate(
        { owner: null },
        { $set: { owner: 'me' }, $inc: { fence: 1 } },
        { sort: { rank: sort }, returnDocument, projection: { rank: 0 } },
      );
    expect(await claim(1, 'after')).toEqual({ _id: 2, owner: 'me', fence: 1 });
    expect(await claim(-1, 'before')).toEqual({ _id: 1 });
    expect(await claim(1, 'after')).toHaveProperty('_id', 3);
    expect(await claim(1, 'after')).toBeNull();
  });

  it('one update pulls from one array, pushes to another, counts and sets', async () => {
    const items = await holding({ _id: 1, subs: [{ id: 's' }, { id: 't' }], inbox: [], seq: 0 });
    const move = () =>
      items.updateOne({ _id: 1, 'subs.id': 's' }, {
        $pull: { subs: { id: 's' } },
        $push: { inbox: { id: 'e>s' } },
        $inc: { seq: 1 },
        $set: { wake: 0 },
      } as object);
    expect((await move()).modifiedCount).toBe(1);
    expect((await move()).matchedCount).toBe(0);
    expect(await items.findOne()).toEqual({
      _id: 1,
      subs: [{ id: 't' }],
      inbox: [{ id: 'e>s' }],
      seq: 1,
      wake: 0,
    });
  });

  it('the same path cannot be changed twice in one update', async () => {
    const items = await holding({ _id: 1, list: [1] });
    const twice = items.updateOne({ _id: 1 }, { $pull: { list: 1 }, $push: { list: 2 } } as object);
    await expect(twice).rejects.toHaveProperty('code', 40);
    await expect(items.updateOne({ _id: 1 }, { $set: { 'a.b': 1, a: 2 } })).rejects.toHaveProperty(
      'code',
      40,
    );
  });

  it('$pull takes conditions on several fields', async () => {
    const items = await holding({
      _id: 1,
      list: [
        { a: 1, b: 1 },
        { a: 1, b: 2 },
        { a: 2, b: 1 },
      ],
      ids: ['x', 'y'],
    });
    await items.updateOne({ _id: 1 }, {
      $pull: { list: { a: 1, b: { $lte: 1 } }, ids: { $in: ['x', 'z'] } },
    } as object);
    expect(await items.findOne()).toEqual({
      _id: 1,
      list: [
        { a: 1, b: 2 },
        { a: 2, b: 1 },
      ],
      ids: ['y'],
    });
  });

  it('$push takes $each with $slice, $position and $sort', async () => {
    const items = await holding({ _id: 1, list: [1, 2], first: [2], sorted: [3, 1] });
    await items.updateOne(
      { _id: 1 },
      {
        $push: {
          list: { $each: [3, 4], $slice: -3 },
          first: { $each: [1], $position: 0 },
          sorted: { $each: [2], $sort: 1 },
        } as object,
      },
    );
    expect(await items.findOne()).toEqual({ _id: 1, list: [2, 3, 4], first: [1, 2], sorted: [1, 2, 3] });
  });

  it('the positional $ changes the element that matched', async () => {
    const items = await holding({
      _id: 1,
      list: [
        { a: 1, b: 1 },
        { a: 2, b: 2 },
      ],
    });
    await items.updateOne({ _id: 1, 'list.a': 2 }, { $set: { 'list.$.c': 'second' } });
    await items.updateOne(
      { _id: 1, list: { $elemMatch: { a: 1, b: 1 } } },
      { $set: { 'list.$.c': 'first' } },
    );
    expect(await items.findOne()).toEqual({
      _id: 1,
      list: [
        { a: 1, b: 1, c: 'first' },
        { a: 2, b: 2, c: 'second' },
      ],
    });
  });

  it('dotted paths are set and unset in a map, $setOnInsert only counts for what an upsert makes', async () => {
    const items = fresh();
    const touch = (n: number) =>
      items.updateOne(
        { _id: 'm' },
        { $set: { [`map.${n}.x`]: n }, $setOnInsert: { born: n } },
        { upsert: true },
      );
    expect((await touch(1)).upsertedCount).toBe(1);
    expect((await touch(2)).upsertedCount).toBe(0);
    await items.updateOne({}, { $unset: { 'map.1': 1 } });
    expect(await items.findOne()).toEqual({ _id: 'm', map: { 2: { x: 2 } }, born: 1 });
  });

  it('an update that changes nothing matches and modifies nothing', async () => {
    const items = await holding({ _id: 1, a: 1 });
    expect(await items.updateOne({ _id: 1 }, { $set: { a: 1 } })).toMatchObject({
      matchedCount: 1,
      modifiedCount: 0,
    });
  });

  it('mongoose works with models', async () => {
    const connection = await mongoose
      .createConnection(database.uri, { autoIndex: false, autoCreate: false })
      .asPromise();
    const Model = connection.model(
      'Model',
      new mongoose.Schema({ _id: String, rev: Number, tags: [String] }),
    );
    await Model.create({ _id: 'a', rev: 1, tags: ['x'] });
    const change = Model.findOneAndUpdate({ rev: 1 }, { $inc: { rev: 1 } }, { returnDocument: 'after' });
    expect(await change.lean()).toMatchObject({ _id: 'a', rev: 2, tags: ['x'] });
    await connection.close();
  });
});
