import mongoose from 'mongoose';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { proxyBefore } from '../../servers/mongo/proxied.js';
import { identify, type MongoServer } from '../../servers/mongo/mongo-server.js';
import { endMongoServers, startMongo } from '../../servers/mongo/own-mongo-servers.js';
import { describeOnMongo, describeOnOwnMongo } from '../../servers/mongo/suite.js';
import type { TcpProxy } from '../../servers/tcp-proxy.js';

const DURABLE = { writeConcern: { w: 'majority', journal: true } } as const;
const SHORT = {
  serverSelectionTimeoutMS: 2_000,
  socketTimeoutMS: 1_000,
  connectTimeoutMS: 1_000,
  retryWrites: false,
};

const clients: mongoose.mongo.MongoClient[] = [];
const proxies: TcpProxy[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await Promise.all(proxies.splice(0).map((proxy) => proxy.cut()));
  await endMongoServers();
});

function collectionOn(uri: string) {
  const client = new mongoose.mongo.MongoClient(uri, SHORT);
  clients.push(client);
  return client.db('test').collection<{ _id: number; turn: number; seat?: string }>('items');
}

describeOnMongo('the server that all share', (server) => {
  it('is what it was said to be', async () => {
    expect(await identify(server.uri, 1_000)).toEqual(server);
  });
});

describeOnOwnMongo('a server of its own', (kind) => {
  it('is what was asked for', async () => {
    const { uri, version } = await startMongo(kind);
    expect(await identify(uri, 1_000)).toEqual({ uri, kind, version } satisfies MongoServer);
  });

  it('has, after it was killed, every write that it had answered, and its indexes', async () => {
    const server = await startMongo(kind);
    const items = collectionOn(server.uri);
    await items.createIndex({ seat: 1 }, { unique: true });
    const ids = Array.from({ length: 20 }, (_, id) => id);
    await items.insertMany(ids.map((_id) => ({ _id, turn: 0, seat: `${_id}/0` })));
    const answered = ids.map(() => 0);
    const writers = ids.map(async (id) => {
      try {
        for (let turn = 1; ; turn += 1) {
          await items.updateOne(
            { _id: id, turn: turn - 1 },
            { $set: { turn, seat: `${id}/${turn}` } },
            DURABLE,
          );
          answered[id] = turn;
        }
      } catch {
        // The server is gone.
      }
    });
    await until(() => answered.every((turn) => turn >= 20));
    await server.kill();
    await Promise.all(writers);
    await server.start();

    const found = await items.find().sort({ _id: 1 }).toArray();
    expect(found.map(({ _id }) => _id)).toEqual(ids);
    for (const { _id, turn, seat } of found) {
      // The last may have been written without an answer.
      expect([answered[_id], answered[_id]! + 1]).toContain(turn);
      expect(seat).toBe(`${_id}/${turn}`);
      expect(await items.findOne({ seat })).toHaveProperty('_id', _id);
      await expect(items.insertOne({ _id: 1_000 + _id, turn: 0, seat })).rejects.toHaveProperty(
        'code',
        11_000,
      );
    }
  });

  it('has everything after a restart, at the same address', async () => {
    const server = await startMongo(kind);
    const items = collectionOn(server.uri);
    await items.insertOne({ _id: 1, turn: 1 });
    await server.restart();
    expect(await items.countDocuments()).toBe(1);
  });

  it('answers nobody while it is frozen, and goes on', async () => {
    const server = await startMongo(kind);
    const items = collectionOn(server.uri);
    await items.insertOne({ _id: 1, turn: 1 });
    server.freeze();
    await expect(items.countDocuments()).rejects.toThrow(/timed out/);
    server.thaw();
    expect(await items.countDocuments()).toBe(1);
  });

  it('is gone when it was stopped while it was frozen', async () => {
    const server = await startMongo(kind);
    server.freeze();
    await server.stop();
    await expect(identify(server.uri, 200)).rejects.toThrow(/ECONNREFUSED/);
  });

  it('carries out a write whose answer is lost on the way', async () => {
    const server = await startMongo(kind);
    const { proxy, uri } = await proxyBefore(server);
    proxies.push(proxy);
    const [items, direct] = [collectionOn(uri), collectionOn(server.uri)];
    await items.insertOne({ _id: 1, turn: 1 });
    proxy.dropAnswers();
    await expect(items.updateOne({ _id: 1 }, { $inc: { turn: 1 } })).rejects.toHaveProperty(
      'name',
      'MongoNetworkError',
    );
    expect(await direct.findOne()).toEqual({ _id: 1, turn: 2 });
    await proxy.heal();
    expect(await items.findOne()).toEqual({ _id: 1, turn: 2 });
  });

  it('cannot be reached over a network that is cut, until it has healed', async () => {
    const { proxy, uri } = await proxyBefore(await startMongo(kind));
    proxies.push(proxy);
    const items = collectionOn(uri);
    await items.insertOne({ _id: 1, turn: 1 });
    await proxy.cut();
    await expect(items.findOne()).rejects.toThrow();
    await expect(items.findOne()).rejects.toThrow(/ECONNREFUSED/);
    await proxy.heal();
    expect(await items.findOne()).toEqual({ _id: 1, turn: 1 });
  });
});

describeOnOwnMongo('a server in memory', (kind) => {
  it.runIf(kind === 'stand-in')('has nothing left when it was killed', async () => {
    const server = await startMongo(kind, 'memory');
    const items = collectionOn(server.uri);
    await items.insertOne({ _id: 1, turn: 1 });
    await server.kill();
    await server.start();
    expect(await items.countDocuments()).toBe(0);
  });
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(5);
}
