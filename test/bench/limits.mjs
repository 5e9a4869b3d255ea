import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(new URL('../../libs/store/package.json', import.meta.url));

/** What the machine itself can do, measured in the same run: everything else is read against it. */
export function limits(directory) {
  return {
    'fsync of 4 KiB /s': perSecond(300, fsyncs(directory)),
    'SQLite commits one by one /s': perSecond(1_000, commits(directory, 1)),
    'SQLite rows in groups of 100 /s': perSecond(50_000, commits(directory, 100)),
  };
}

function perSecond(count, work) {
  const from = performance.now();
  work(count);
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
