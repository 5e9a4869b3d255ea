import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { willRemove } from '../clearing.mjs';
import { findMongoStarters } from './find-mongo.js';
import type { MongoKind } from './mongo-server.js';
import type { Keeping, OwnMongoServer } from './own-mongo-server.js';

const running = new Map<OwnMongoServer, () => void>();

// A worker outlives a test run that was killed, and its servers would with it.
process.once('disconnect', () => process.exit(1));

/** Starts a server of its own. Its data folder is new, and kept until `endMongoServers`. */
export async function startMongo(kind: MongoKind, keeping: Keeping = 'disk'): Promise<OwnMongoServer> {
  const start = (await findMongoStarters()).found?.[kind];
  if (!start) throw new Error(`There is no ${kind} to start here`);
  const folder = mkdtempSync(join(tmpdir(), 'workflow-mongo-'));
  const removed = willRemove(folder);
  const server = await start(folder, keeping);
  running.set(server, () => {
    rmSync(folder, { recursive: true, force: true });
    removed();
  });
  return server;
}

/** Ends what was started and deletes its data: call it in `afterAll` or `afterEach` of a file that starts one. */
export async function endMongoServers(): Promise<void> {
  for (const [server, remove] of running) {
    await server.kill();
    remove();
  }
  running.clear();
}
