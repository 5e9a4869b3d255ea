import { Logger } from '@workflow-runner/contract';
import { MongoStore, type MongoStoreOptions } from '@workflow-runner/store/mongo';
import { ManualClock } from '@workflow-runner/testing';
import mongoose from 'mongoose';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { aStart } from '../../libs/testing/src/store-contract/samples.js';
import { endMongoServers, startMongo } from '../servers/mongo/own-mongo-servers.js';
import { describeOnMongo, describeOnOwnMongo } from '../servers/mongo/suite.js';
import { testDatabase, withDatabase } from '../servers/mongo/test-database.js';

const TIMEOUT_MS = 1_000;

/** Every line, by its name. */
class Lines extends Logger {
  readonly names: string[] = [];
  debug(): void {}
  info(message: string): void {
    this.names.push(message);
  }
  warn(message: string): void {
    this.names.push(message);
  }
  error(message: string): void {
    this.names.push(message);
  }
}

const stores: MongoStore[] = [];
const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);

beforeEach(() => void process.on('unhandledRejection', note));
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  await endMongoServers();
  process.off('unhandledRejection', note);
  expect(unhandled.splice(0)).toEqual([]);
});

function newStore(options: Partial<MongoStoreOptions>): MongoStore {
  const store = new MongoStore({ clock: new ManualClock(), timeoutMs: TIMEOUT_MS, ...options });
  stores.push(store);
  return store;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(10);
}

/** How long a call took to be refused, in ms, and with which code. */
async function refused(call: Promise<unknown>): Promise<{ code: string; ms: number }> {
  const from = performance.now();
  const code = await call.then(
    () => 'none',
    (error: { code: string }) => error.code,
  );
  return { code, ms: performance.now() - from };
}

describeOnOwnMongo('a store whose server is away', (kind) => {
  it('opens all the same, refuses every call at once, and works as soon as the server is there', async () => {
    const server = await startMongo(kind);
    await server.kill();
    const logger = new Lines();
    const store = newStore({ uri: withDatabase(server.uri, 'away'), logger });

    await store.open();

    expect(store.health().status).toBe('degraded');
    expect(store.health().detail).toMatch(/does not answer/);
    for (const call of [store.load('i1'), store.create([aStart('i1')]), store.nodes()]) {
      const { code, ms } = await refused(call);
      expect(code).toBe('STORE_UNAVAILABLE');
      expect(ms).toBeLessThan(TIMEOUT_MS / 4);
    }
    await server.start();
    await until(() => store.health().status === 'healthy');
    await store.create([aStart('i1')]);
    expect(await store.load('i1')).not.toBeNull();
    expect(await indexesOf(withDatabase(server.uri, 'away'))).toContain('due');
    expect(logger.names).toEqual(['store.failed', 'store.works-again']);
  });

  it('closes while it is still looking for it', async () => {
    const server = await startMongo(kind);
    await server.kill();
    const store = newStore({ uri: withDatabase(server.uri, 'away') });
    await store.open();

    await store.close();

    expect(store.health().status).toBe('closed');
    expect((await refused(store.load('i1'))).code).toBe('STORE_UNAVAILABLE');
  });

  it('finds out later that what is there is too new, and goes on once it is not', async () => {
    const server = await startMongo(kind);
    const uri = withDatabase(server.uri, 'newer');
    await setSchema(uri, 9_999);
    await server.kill();
    const store = newStore({ uri });
    await store.open();

    await server.start();
    await until(() => /schema 9999/.test(store.health().detail ?? ''));
    expect(store.health().status).toBe('degraded');
    expect(await refused(store.load('i1'))).toMatchObject({ code: 'STORE_TOO_NEW' });

    await setSchema(uri, 1);
    await until(() => store.health().status === 'healthy');
    expect(await store.load('i1')).toBeNull();
  });
});

describeOnOwnMongo('a store whose server goes away', (kind) => {
  it.each(['killed', 'frozen'] as const)('is degraded when it is %s, and mends by itself', async (how) => {
    const server = await startMongo(kind);
    const logger = new Lines();
    const store = newStore({ uri: withDatabase(server.uri, 'gone'), logger });
    await store.open();
    await store.create([aStart('i1')]);

    if (how === 'killed') await server.kill();
    else server.freeze();
    const first = await refused(store.load('i1'));
    const next = await refused(store.create([aStart('i2')]));

    expect([first.code, next.code]).toEqual(['STORE_UNAVAILABLE', 'STORE_UNAVAILABLE']);
    expect(first.ms).toBeLessThan(4 * TIMEOUT_MS);
    expect(next.ms).toBeLessThan(TIMEOUT_MS / 4);
    expect(store.health().status).toBe('degraded');

    if (how === 'killed') await server.start();
    else server.thaw();
    await until(() => store.health().status === 'healthy');
    expect(await store.load('i1')).not.toBeNull();
    expect(await store.load('i2')).toBeNull();
    expect(logger.names).toEqual(['store.failed', 'store.works-again']);
  });
});

describeOnMongo('a store on a connection of the host', (server) => {
  it('waits until the host has opened it, and leaves it open', async () => {
    const { uri, drop } = testDatabase(server, 'host');
    const connection = mongoose.createConnection();
    const store = newStore({ connection });
    await store.open();
    expect(store.health().status).toBe('degraded');
    expect((await refused(store.load('i1'))).code).toBe('STORE_UNAVAILABLE');

    await connection.openUri(uri, { retryWrites: false });
    await until(() => store.health().status === 'healthy');
    await store.create([aStart('i1')]);
    await store.close();

    expect(await connection.db!.collection('wfr_instances').countDocuments()).toBe(1);
    await connection.close();
    await drop();
  });
});

it.each([
  {},
  { uri: 'mongodb://127.0.0.1/test', connection: mongoose.createConnection() },
  { uri: 'http://x' },
])('refuses options that say no way to a server, or two: %#', (options) => {
  expect(() => new MongoStore({ clock: new ManualClock(), ...options })).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTIONS' }),
  );
});

async function setSchema(uri: string, version: number): Promise<void> {
  const client = new mongoose.mongo.MongoClient(uri);
  const meta = client.db().collection<{ _id: string }>('wfr_meta');
  const set = { version, oldestReader: version };
  await meta.updateOne({ _id: 'schema' }, { $set: set }, { upsert: true });
  await client.close();
}

async function indexesOf(uri: string): Promise<string[]> {
  const client = new mongoose.mongo.MongoClient(uri);
  const indexes = await client.db().collection('wfr_instances').indexes();
  await client.close();
  return indexes.map(({ name }) => String(name));
}
