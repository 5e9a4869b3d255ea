import mongoose from 'mongoose';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { describeOnMongo } from '../../servers/mongo/suite.js';
import { itemsOn, placesOf, type BulkError, type Items } from './items.js';

// Where the stand-in differs from a mongod: what is expected here is what it does. test/servers/README.md has the table.
describeOnMongo('the stand-in', (server) => {
  const { client, fresh, holding } = itemsOn(server);

  describe.runIf(server.kind === 'stand-in')('differs from a mongod', () => {
    describe('in what it knows', () => {
      it('no hello, no build, no replica set', async () => {
        const admin = client.db('admin');
        await expect(admin.command({ hello: 1 })).rejects.toHaveProperty('code', 59);
        expect(await admin.command({ buildInfo: 1 })).not.toHaveProperty('gitVersion');
        expect(await admin.command({ isMaster: 1 })).not.toHaveProperty('setName');
      });

      it('no sessions, so neither transactions nor writes that the driver repeats', async () => {
        const started: mongoose.mongo.Document[] = [];
        const note = ({ command }: mongoose.mongo.CommandStartedEvent) => started.push(command);
        const items = await holding({ _id: 1 });
        client.on('commandStarted', note);
        await items.updateOne({ _id: 1 }, { $set: { a: 1 } });
        client.off('commandStarted', note);
        expect(Object.keys(started[0] ?? {}).sort()).toEqual(['$db', 'ordered', 'update', 'updates']);
        const session = client.startSession();
        await expect(items.insertOne({ _id: 2 }, { session })).rejects.toHaveProperty(
          'name',
          'MongoCompatibilityError',
        );
        await session.endSession();
      });

      it('no explain, no pipeline in an update, no $where', async () => {
        const items = await holding({ _id: 1, a: 1 });
        await expect(items.find({ a: 1 }).explain()).rejects.toHaveProperty('code', 59);
        await expect(items.updateOne({ _id: 1 }, [{ $set: { b: '$a' } }])).rejects.toThrow(/Unknown error/);
        await expect(items.findOne({ $where: 'true' })).rejects.toHaveProperty('code', 2);
      });

      it.each(['$unionWith', '$bucketAuto', '$setWindowFields', '$collStats'])('no %s', async (stage) => {
        await expect(
          fresh()
            .aggregate([{ [stage]: {} }])
            .toArray(),
        ).rejects.toThrow(/Unrecognized pipeline stage/);
      });

      it.each(['$dateTrunc', '$bsonSize'])('no expression %s', async (name) => {
        const items = await holding({ _id: 1 });
        const projected = items.aggregate([{ $project: { a: { [name]: '$$ROOT' } } }]);
        await expect(projected.toArray()).rejects.toThrow(/Unrecognized expression/);
      });

      it('no capped collections', async () => {
        const capped = client.db().createCollection('capped', { capped: true, size: 10_000 });
        await expect(capped).rejects.toThrow(/not yet implemented/);
      });
    });

    describe('in what it takes and does not do', () => {
      it('read concerns, a hint that is unknown, a collation', async () => {
        const items = await holding({ _id: 1, name: 'a' }, { _id: 2, name: 'A' });
        for (const level of ['majority', 'linearizable'] as const)
          expect(await items.find({}, { readConcern: { level } }).toArray()).toHaveLength(2);
        expect(await items.find({}, { hint: 'no_such_index' }).toArray()).toHaveLength(2);
        const anyCase = { collation: { locale: 'en', strength: 2 } };
        expect(await items.find({ name: 'a' }, anyCase).toArray()).toHaveLength(1);
      });

      it('a write concern that no single server could meet', async () => {
        await fresh().insertOne({ _id: 1 }, { writeConcern: { w: 3, journal: true, wtimeoutMS: 100 } });
      });

      it('a validator', async () => {
        await client.db().createCollection('checked', { validator: { a: { $type: 'int' } } });
        await client.db().collection('checked').insertOne({ a: 'text' });
      });

      it('a write that nobody waits for: it is dropped', async () => {
        const items = await holding({ _id: 1 });
        await items.insertOne({ _id: 2 }, { writeConcern: { w: 0 } });
        await pause(200);
        expect(await items.countDocuments()).toBe(1);
      });
    });

    describe('in its indexes', () => {
      it('a partial one is a full one', async () => {
        const items = fresh();
        const some = { partialFilterExpression: { a: { $exists: true } } };
        await items.createIndex({ a: 1 }, { unique: true, ...some });
        await items.insertOne({ other: 1 });
        await expect(items.insertOne({ other: 2 })).rejects.toHaveProperty('code', 11_000);
      });

      it('nothing expires', async () => {
        const items = await holding({ _id: 1, at: new Date(0) });
        await items.createIndex({ at: 1 }, { expireAfterSeconds: 0 });
        await pause(200);
        expect(await items.countDocuments()).toBe(1);
      });

      it('the same fields may be indexed twice with other options', async () => {
        const items = fresh();
        await items.createIndex({ a: 1 }, { name: 'plain' });
        await items.createIndex({ a: 1 }, { name: 'unique', unique: true });
        expect(await items.indexes()).toHaveLength(3);
      });

      it('when one is dropped those with its name in other collections are listed no more', async () => {
        const [one, other] = [fresh(), fresh()];
        for (const items of [one, other]) await items.createIndex({ a: 1 }, { name: 'shared_name' });
        await one.dropIndex('shared_name');
        expect((await other.indexes()).map(({ name }) => name)).toEqual(['_id_']);
        await expect(other.drop()).rejects.toThrow(/to be empty/);
        // Else the database cannot be dropped.
        await other.createIndex({ a: 1 }, { name: 'shared_name' });
      });
    });

    describe('in its answers', () => {
      it('a duplicate is told of in words only, without keyPattern and keyValue', async () => {
        const items = await holding({ _id: 1 });
        const error = await items.insertOne({ _id: 1 }).catch((e: unknown) => e);
        expect(error).toHaveProperty('code', 11_000);
        expect(error).not.toHaveProperty('keyPattern');
        expect(error).not.toHaveProperty('keyValue');
      });

      it('an error counts what it could not insert as inserted', async () => {
        const items = await holding({ _id: 1 });
        const documents = [{ _id: 1 }, { _id: 2 }, { _id: 1 }, { _id: 3 }];
        const error = await items.insertMany(documents, { ordered: false }).catch((e: unknown) => e);
        expect(placesOf(error)).toHaveLength(2);
        expect((error as BulkError).insertedCount).toBe(4);
      });

      it('the positional projection shows the first element, not the one that matched', async () => {
        const items = await holding({ _id: 1, list: [{ a: 1 }, { a: 2 }] });
        const found = await items.findOne({ 'list.a': 2 }, { projection: { 'list.$': 1 } });
        expect(found).toEqual({ _id: 1, list: [{ a: 1 }] });
      });

      it('a cursor shows what there was when it was opened', async () => {
        const items = await holding(...Array.from({ length: 30 }, (_, id) => ({ _id: id })));
        const cursor = items.find({}, { batchSize: 10 });
        await cursor.next();
        await items.deleteMany({});
        expect(await cursor.toArray()).toHaveLength(29);
      });
    });

    describe('in its limits', () => {
      const MIB = 2 ** 20;

      it('a document over 16 MiB breaks off the connection', async () => {
        const error = await fresh()
          .insertOne({ _id: 1, text: 'x'.repeat(16 * MIB) })
          .catch((e: unknown) => e);
        expect(error).toHaveProperty('name', 'MongoNetworkError');
      });

      it('a document may grow over 16 MiB', async () => {
        const text = 'x'.repeat(6 * MIB);
        const items = await holding({ _id: 1, list: [text, text] });
        await items.updateOne({ _id: 1 }, { $push: { list: text } } as object);
        expect((await items.findOne())?.['list']).toHaveLength(3);
      });

      it('1,000 levels are kept, 5,000 break off the connection', async () => {
        await fresh().insertOne({ _id: 1, deep: nested(1_000) });
        const error = await fresh()
          .insertOne({ _id: 1, deep: nested(5_000) })
          .catch((e: unknown) => e);
        expect(error).toHaveProperty('name', 'MongoNetworkError');
      });
    });

    describe('in its change streams', () => {
      it('an update shows itself for a key, and what it set for the document', async () => {
        const items = await holding({ _id: 1, a: 1 });
        const [event] = await toldOf(items, () => items.updateOne({ _id: 1 }, { $set: { b: 2 } }));
        expect(event).toEqual({
          _id: expect.anything() as unknown,
          clusterTime: expect.anything() as unknown,
          operationType: 'update',
          documentKey: { $set: { b: 2 } },
          fullDocument: { b: 2 },
        });
      });

      it('what findOneAndUpdate and findOneAndDelete do is not told', async () => {
        const items = await holding({ _id: 1 });
        const events = await toldOf(items, async () => {
          await items.findOneAndUpdate({ _id: 1 }, { $set: { a: 1 } });
          await items.findOneAndUpdate({ _id: 2 }, { $set: { a: 1 } }, { upsert: true });
          await items.findOneAndDelete({ _id: 1 });
        });
        expect(events).toEqual([]);
      });

      it('an insert that was refused is told of', async () => {
        const items = await holding({ _id: 1 });
        const events = await toldOf(items, () => items.insertOne({ _id: 1 }).catch(() => undefined));
        expect(events).toMatchObject([{ operationType: 'insert', documentKey: { _id: 1 } }]);
      });

      it('there is none of a database or of the whole server', async () => {
        const whole = client.watch();
        await expect(whole.next()).rejects.toHaveProperty('code', 59);
        const items = await holding({ _id: 1 });
        expect(await toldOf(client.db(), () => items.insertOne({ _id: 2 }))).toEqual([]);
      });

      it('one that resumes after what never was is told of all that came later', async () => {
        const items = await holding({ _id: 1 });
        const from = { resumeAfter: { _data: '000000010000ffff' } };
        const events = await toldOf(items, () => items.insertOne({ _id: 2 }), from);
        expect(events).toMatchObject([{ documentKey: { _id: 1 } }, { documentKey: { _id: 2 } }]);
      });
    });
  });
});

interface Watchable {
  watch(stages: mongoose.mongo.Document[], options: object): mongoose.mongo.ChangeStream;
}

/** What a stream tells of some work within half a second. */
async function toldOf(watched: Items | Watchable, work: () => Promise<unknown>, options: object = {}) {
  const events: unknown[] = [];
  const stream = watched.watch([], options);
  stream.on('change', (event: unknown) => events.push(event));
  await pause(200);
  await work();
  await pause(300);
  await stream.close();
  return events;
}

function nested(levels: number): object {
  let value = {};
  for (let i = 0; i < levels; i += 1) value = { value };
  return value;
}
