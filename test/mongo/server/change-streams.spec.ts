import mongoose from 'mongoose';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { endMongoServers, startMongo } from '../../servers/mongo/own-mongo-servers.js';
import { describeOnMongo, describeOnOwnMongo } from '../../servers/mongo/suite.js';
import { itemsOn, type Items } from './items.js';

type MongoClient = mongoose.mongo.MongoClient;
type Options = mongoose.mongo.ChangeStreamOptions;

/** A stream that tells of everything from now on. */
async function watch(client: MongoClient, items: Items, stages: object[] = [], options?: Options) {
  const opened = new Promise<void>((resolve) => {
    client.on('commandSucceeded', ({ commandName }) => commandName === 'aggregate' && resolve());
  });
  const stream = items.watch(stages, options);
  const first = stream.next();
  await opened;
  return { stream, first };
}

describeOnMongo('change streams', (server) => {
  const { client, holding } = itemsOn(server);

  describe.skipIf(server.kind === 'mongod')('of a collection', () => {
    it('tell of what matches, and resume after it', async () => {
      const items = await holding({ _id: 0 });
      const { stream, first } = await watch(client, items, [{ $match: { 'fullDocument.wanted': true } }]);
      await items.insertMany([{ _id: 1 }, { _id: 2, wanted: true }]);
      const event = await first;
      expect(event).toMatchObject({
        operationType: 'insert',
        documentKey: { _id: 2 },
        fullDocument: { _id: 2, wanted: true },
      });
      await stream.close();
      await items.insertOne({ _id: 3 });
      await items.deleteOne({ _id: 1 });
      const resumed = await watch(client, items, [], { resumeAfter: event._id });
      expect(await resumed.first).toMatchObject({ operationType: 'insert', documentKey: { _id: 3 } });
      expect(await resumed.stream.next()).toMatchObject({ operationType: 'delete', documentKey: { _id: 1 } });
      await resumed.stream.close();
    });

    it('show the document after an update when it is asked for', async () => {
      const items = await holding({ _id: 1, a: 1 });
      const { stream, first } = await watch(client, items, [], { fullDocument: 'updateLookup' });
      await items.updateOne({ _id: 1 }, { $set: { b: 2 } });
      expect(await first).toMatchObject({ operationType: 'update', fullDocument: { _id: 1, a: 1, b: 2 } });
      await stream.close();
    });

    it('with nothing to tell are asked about once a second', async () => {
      const items = await holding({ _id: 0 });
      let asked = 0;
      const count = ({ commandName }: { commandName: string }) =>
        (asked += commandName === 'getMore' ? 1 : 0);
      client.on('commandStarted', count);
      const { stream, first } = await watch(client, items);
      await pause(1_500);
      client.off('commandStarted', count);
      expect(asked).toBeGreaterThan(0);
      expect(asked).toBeLessThan(5);
      await items.insertOne({ _id: 1 });
      await first;
      await stream.close();
    });

    it('that may wait for long hold up nobody, and tell at once', async () => {
      const items = await holding({ _id: 0 });
      const { stream, first } = await watch(client, items, [], { maxAwaitTimeMS: 15_000 });
      const from = performance.now();
      for (let i = 0; i < 3; i += 1)
        await Promise.all(Array.from({ length: 50 }, () => items.countDocuments()));
      await items.insertOne({ _id: 1 });
      await first;
      expect(performance.now() - from).toBeLessThan(10_000);
      await stream.close();
    });
  });
});

describeOnOwnMongo('change streams', (kind) => {
  afterEach(endMongoServers);

  it.skipIf(kind === 'mongod')('resume after a restart of the server', async () => {
    const server = await startMongo(kind);
    const client = new mongoose.mongo.MongoClient(server.uri, { monitorCommands: true });
    const items: Items = client.db('test').collection('items');
    await items.insertOne({ _id: 0 });
    const { stream, first } = await watch(client, items);
    await items.insertOne({ _id: 1 });
    const { _id: token } = await first;
    await stream.close();
    await items.insertOne({ _id: 2 });
    await server.restart();
    const resumed = items.watch([], { resumeAfter: token });
    expect(await resumed.next()).toHaveProperty('documentKey', { _id: 2 });
    await resumed.close();
    await client.close();
  });
});
