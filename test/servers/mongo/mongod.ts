import mongoose from 'mongoose';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Looked } from '../find-first.js';
import { findProgram, freePort, startServerProcess, versionOf } from '../server-process.mjs';
import type { MongoKind } from './mongo-server.js';
import { OwnMongoServer, type StartMongo } from './own-mongo-server.js';

const REPLICA_SET = 'tests';
const ELECTION_MS = 30_000;

/** Looks for a mongod, which may be started as either kind. */
export function lookForMongod(): Looked<Record<'mongod' | 'replica set', StartMongo>> {
  const program = findProgram('mongod', ['/usr/bin', '/usr/local/bin']);
  const version = versionOf(program);
  if (!program || !version) return { whyNot: 'no mongod' };
  const as =
    (kind: MongoKind): StartMongo =>
    (folder) =>
      start(program, version, kind, folder);
  return { found: { mongod: as('mongod'), 'replica set': as('replica set') } };
}

async function start(program: string, version: string, kind: MongoKind, folder: string) {
  const port = await freePort();
  const data = join(folder, 'data');
  mkdirSync(data, { recursive: true });
  const own = { '--dbpath': data, '--port': String(port), '--bind_ip': '127.0.0.1' };
  const replication = kind === 'replica set' ? { '--replSet': REPLICA_SET } : {};
  const query = kind === 'replica set' ? `/?replicaSet=${REPLICA_SET}` : '';
  const server = new OwnMongoServer({ uri: `mongodb://127.0.0.1:${port}${query}`, kind, version }, () =>
    startServerProcess({
      command: program,
      args: ['--nounixsocket', ...Object.entries({ ...own, ...replication }).flat()],
      options: { cwd: folder },
      log: join(folder, 'log'),
      ready: 'Waiting for connections',
      signal: 'SIGTERM',
    }),
  );
  await server.start();
  if (kind === 'replica set') await initiate(port);
  return server;
}

/** One member, which elects itself. */
async function initiate(port: number): Promise<void> {
  const client = new mongoose.mongo.MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`);
  try {
    const admin = client.db('admin');
    const members = [{ _id: 0, host: `127.0.0.1:${port}` }];
    await admin.command({ replSetInitiate: { _id: REPLICA_SET, members } });
    for (const from = performance.now(); ; await pause(50)) {
      if ((await admin.command({ hello: 1 }))['isWritablePrimary']) return;
      if (performance.now() - from > ELECTION_MS) throw new Error('The replica set has elected nobody');
    }
  } finally {
    await client.close();
  }
}
