import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { postgresVersion, startPostgres, whyNoPostgres } from './postgres.mjs';
import { redisVersion, startRedis, whyNoRedis } from './redis.mjs';

const SERVERS = {
  redis: { start: startRedis, whyNot: whyNoRedis },
  postgres: { start: startPostgres, whyNot: whyNoPostgres },
};

/** Which server an engine needs; those that are not here need none. */
const NEEDS = { bullmq: 'redis', 'pg-boss': 'postgres', dbos: 'postgres' };

const NOTE = 'server.json';

export const needsServer = (engine) => engine in NEEDS;

/** What there is of them here, by name and version. */
export const serverVersions = () =>
  Object.entries({ Redis: redisVersion(), PostgreSQL: postgresVersion() })
    .filter(([, version]) => version)
    .map(([name, version]) => `${name} ${version}`);

/** @returns why the server of an engine cannot be had, or null */
export const whyNoServer = (engine) => (needsServer(engine) ? SERVERS[NEEDS[engine]].whyNot() : null);

/** Starts the server that an engine needs, a fresh one; a note in the folder tells its processes where it is. */
export async function withServerOf(engine, directory, work) {
  if (!needsServer(engine)) return work();
  const { stop, ...server } = await SERVERS[NEEDS[engine]].start(directory);
  try {
    writeFileSync(join(directory, NOTE), JSON.stringify(server), { mode: 0o600 });
    return await work();
  } finally {
    await stop();
  }
}

/** @returns process id and address of the server of this run */
export function serverIn(directory) {
  return JSON.parse(readFileSync(join(directory, NOTE), 'utf8'));
}
