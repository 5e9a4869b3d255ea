import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, freePort, startServerProcess, versionOf } from '../../servers/server-process.mjs';

export function whyNoRedis() {
  return findProgram('redis-server') ? null : 'there is no redis-server on PATH';
}

export const redisVersion = () => versionOf(findProgram('redis-server'));

/** A Redis that loses nothing with the power: every write is in the append-only file and synced before its answer. */
export async function startRedis(directory) {
  const folder = join(directory, 'redis');
  mkdirSync(folder);
  const port = await freePort();
  const settings = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    appendonly: 'yes',
    appendfsync: 'always',
    // No snapshots beside it.
    save: '',
  };
  const { pid, stop } = await startServerProcess({
    command: findProgram('redis-server'),
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    options: { cwd: folder },
    log: join(folder, 'log'),
    ready: 'Ready to accept connections',
    signal: 'SIGTERM',
  });
  return { pid, stop, address: { host: '127.0.0.1', port } };
}
