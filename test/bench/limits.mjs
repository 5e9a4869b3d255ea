import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { requirePeer, whyNoPackages } from './peers.mjs';
import { startPostgres, whyNoPostgres } from './servers/postgres.mjs';

const require = createRequire(new URL('../../libs/store/package.json', import.meta.url));

const ONE_BY_ONE = 'PostgreSQL rows one by one /s';
const BY_HUNDRED = 'PostgreSQL rows, 100 a statement /s';

/** What the machine itself can do, measured in the same run: everything else is read against it. */
export async function limits(directory) {
  return {
    'fsync of 4 KiB /s': await perSecond(300, fsyncs(directory)),
    'SQLite commits one by one /s': await perSecond(1_000, commits(directory, 1)),
    'SQLite rows in groups of 100 /s': await perSecond(50_000, commits(directory, 100)),
    ...(await postgresLimits(directory).catch(noPostgres)),
  };
}

/** @returns why PostgreSQL cannot be measured here, or null */
export function whyNoPostgresLimits() {
  return whyNoPostgres() ?? whyNoPackages(['pg']);
}

async function perSecond(count, work) {
  const from = performance.now();
  await work(count);
  return count / ((performance.now() - from) / 1000);
}

function fsyncs(directory) {
  const block = Buffer.alloc(4096, 1);
  return (count) => {
    const file = openSync(join(directory, 'fsync.bin'), 'w');
    for (let i = 0; i < count; i += 1) {
      writeSync(file, block);
      fsyncSync(file);
    }
    closeSync(file);
  };
}

function commits(directory, group) {
  const { DatabaseSync } = require('@photostructure/sqlite');
  return (count) => {
    const db = new DatabaseSync(join(directory, `limit-${group}.db`));
    db.exec(
      'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT)',
    );
    const insert = db.prepare('INSERT INTO t(b) VALUES (?)');
    for (let i = 0; i < count; i += group) {
      db.exec('BEGIN IMMEDIATE');
      for (let j = 0; j < group; j += 1) insert.run('x'.repeat(200));
      db.exec('COMMIT');
    }
    db.close();
  };
}

/** One connection; each statement is its own commit. */
async function postgresLimits(directory) {
  const why = whyNoPostgresLimits();
  if (why) throw new Error(why);
  const { stop, address } = await startPostgres(directory);
  try {
    const client = new (requirePeer('pg').Client)(address);
    await client.connect();
    await client.query('CREATE TABLE t(a BIGSERIAL PRIMARY KEY, b TEXT)');
    const figures = {
      [ONE_BY_ONE]: await perSecond(1_000, inserts(client, 1)),
      [BY_HUNDRED]: await perSecond(50_000, inserts(client, 100)),
    };
    await client.end();
    return figures;
  } finally {
    await stop();
  }
}

function noPostgres(error) {
  process.stderr.write(`NO FIGURES of PostgreSQL: ${error.message}\n`);
  return { [ONE_BY_ONE]: NaN, [BY_HUNDRED]: NaN };
}

function inserts(client, group) {
  const places = Array.from({ length: group }, (_, i) => `($${i + 1})`).join();
  const values = Array(group).fill('x'.repeat(200));
  const statement = { name: `insert-${group}`, text: `INSERT INTO t(b) VALUES ${places}`, values };
  return async (count) => {
    for (let i = 0; i < count; i += group) await client.query(statement);
  };
}
