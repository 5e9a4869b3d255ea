import mongoose from 'mongoose';
import { expect, it } from 'vitest';
import { describeOnMongo } from '../../servers/mongo/suite.js';
import { itemsOn, type BulkError, type Item } from './items.js';

describeOnMongo('many clients at once', (server) => {
  const { database, fresh, holding } = itemsOn(server);

  it('50 clients that count in one document count right', async () => {
    const items = await holding({ _id: 1, count: 0 });
    const clients = Array.from({ length: 50 }, () => new mongoose.mongo.MongoClient(database.uri));
    try {
      await Promise.all(
        clients.map(async (each) => {
          for (let i = 0; i < 10; i += 1)
            await each
              .db()
              .collection<Item>(items.collectionName)
              .updateOne({ _id: 1 }, { $inc: { count: 1 } });
        }),
      );
    } finally {
      await Promise.all(clients.map((each) => each.close()));
    }
    expect(await items.findOne()).toEqual({ _id: 1, count: 500 });
  });

  it('of 50 that compare and set one revision one wins', async () => {
    const items = await holding({ _id: 1, rev: 0, winners: [] });
    let wins = 0;
    for (let rev = 0; rev < 10; rev += 1) {
      const results = await Promise.all(
        Array.from({ length: 50 }, (_, me) =>
          items.updateOne({ _id: 1, rev }, { $inc: { rev: 1 }, $push: { winners: me } } as object),
        ),
      );
      wins += results.filter(({ modifiedCount }) => modifiedCount === 1).length;
    }
    const found = await items.findOne();
    expect([wins, found?.rev, (found?.winners as unknown[]).length]).toEqual([10, 10, 10]);
  });

  it('50 that claim by findOneAndUpdate never get the same one', async () => {
    const items = await holding(
      ...Array.from({ length: 300 }, (_, id) => ({ _id: id, owner: null, rank: id })),
    );
    const claimed = await Promise.all(
      Array.from({ length: 50 }, async (_, me) => {
        const mine: unknown[] = [];
        for (;;) {
          const next = await items.findOneAndUpdate(
            { owner: null },
            { $set: { owner: me } },
            { sort: { rank: 1 } },
          );
          if (!next) return mine;
          mine.push(next._id);
        }
      }),
    );
    expect(claimed.flat()).toHaveLength(300);
    expect(new Set(claimed.flat()).size).toBe(300);
  });

  it('of 50 that insert one _id one wins', async () => {
    const items = fresh();
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, (_, me) => items.insertOne({ _id: 'one', me })),
    );
    const codes = results.map((result) =>
      result.status === 'rejected' ? (result.reason as BulkError).code : 0,
    );
    expect(codes.filter((code) => code === 0)).toHaveLength(1);
    expect(codes.filter((code) => code === 11_000)).toHaveLength(49);
  });
});
