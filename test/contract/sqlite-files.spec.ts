import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqliteStore } from '@workflow-runner/store/sqlite';
import { ManualClock } from '@workflow-runner/testing';
import { aStart } from './samples.js';
import { makeFolder, makeSqlite } from './sqlite-lab.js';

const PAGE_BYTES = 4_096;

describe('SqliteStore and its file', () => {
  let folder: string;
  let remove: () => void;
  const opened: SqliteStore[] = [];

  beforeEach(() => ({ folder, remove } = makeFolder()));
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
    remove();
  });

  function storeAt(path: string, openTimeoutMs = 5_000): SqliteStore {
    const store = new SqliteStore({ path, clock: new ManualClock(), openTimeoutMs });
    opened.push(store);
    return store;
  }

  it.each(['', ':memory:'])('needs a file and not %o', (path) => {
    expect(() => new SqliteStore({ path, clock: new ManualClock() })).toThrowError(
      expect.objectContaining({ code: 'INVALID_OPTIONS', path: 'store.path' }),
    );
  });

  it('makes the folder when it is missing', async () => {
    const path = join(folder, 'a', 'b', 'store.db');

    await storeAt(path).open();

    expect(existsSync(path)).toBe(true);
  });

  it('makes room for its log before it is needed, and leaves it to whoever opens the file after a kill', async () => {
    const path = join(folder, 'store.db');
    const store = storeAt(path);
    await store.open();
    const room = statSync(`${path}-wal`).size;
    expect(room).toBeGreaterThan(8_000_000);
    await store.create([aStart('a'), aStart('b')]);
    expect(statSync(`${path}-wal`).size).toBe(room);

    // What a SIGKILL would leave.
    const left = join(folder, 'left.db');
    for (const suffix of ['', '-wal']) copyFileSync(path + suffix, left + suffix);
    const after = storeAt(left);
    await after.open();
    expect((await after.list({}, { limit: 10 })).items).toHaveLength(2);
    expect(await after.check()).toEqual([]);
  });

  it('says that the folder cannot be made', async () => {
    writeFileSync(join(folder, 'file'), '');

    await expect(storeAt(join(folder, 'file', 'store.db')).open()).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
  });

  it('says that the path cannot be opened', async () => {
    mkdirSync(join(folder, 'store.db'));

    await expect(storeAt(join(folder, 'store.db')).open()).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
  });

  it('says that a file is not a database', async () => {
    const path = join(folder, 'store.db');
    writeFileSync(path, 'something else entirely '.repeat(500));

    await expect(storeAt(path).open()).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  });

  it('says that a file was damaged, when it is checked', async () => {
    const path = join(folder, 'store.db');
    const store = storeAt(path);
    await store.open();
    await store.create(Array.from({ length: 500 }, (_, i) => aStart(`i${i}`)));
    await store.close();
    overwriteInstances(path);

    const again = storeAt(path);
    await again.open();

    expect(await again.check()).not.toEqual([]);
    await expect(again.list({}, { limit: 500 })).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    expect(again.health().status).toBe('degraded');
  });

  it('waits for a file that another process has locked whole, and says so when it lasts', async () => {
    const path = join(folder, 'store.db');
    const other = new DatabaseSync(path);
    other.exec('BEGIN EXCLUSIVE');

    await expect(storeAt(path, 100).open()).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    const waiting = storeAt(path).open();
    setTimeout(() => other.close(), 100);
    await waiting;
  });

  it('copies itself while it is written to', async () => {
    const lab = await makeSqlite();
    await lab.store.create(Array.from({ length: 200 }, (_, i) => aStart(`i${i}`)));
    const target = join(folder, 'copy.db');

    const backup = lab.store.backup(target);
    await Promise.all(Array.from({ length: 50 }, (_, i) => lab.store.create([aStart(`later${i}`)])));
    await backup;
    await lab.dispose();

    const copy = storeAt(target);
    await copy.open();
    expect(await copy.check()).toEqual([]);
    expect((await copy.list({}, { limit: 500 })).items.length).toBeGreaterThanOrEqual(200);
  });

  it('does not overwrite anything with a copy', async () => {
    const store = storeAt(join(folder, 'store.db'));
    await store.open();
    writeFileSync(join(folder, 'copy.db'), 'mine');

    await expect(store.backup(join(folder, 'copy.db'))).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
  });

  it('finds a journal with a hole', async () => {
    const path = join(folder, 'store.db');
    const store = storeAt(path);
    await store.open();
    const node = await store.join({ nodeId: 'n', leaseMs: 1_000, workflowIds: [] });
    await store.create([aStart('i1', { claimBy: node })]);
    for (const revision of [1, 2, 3]) {
      const entry = { kind: 'step', attempt: null, control: null, change: '{}', tell: [] } as const;
      const lists = { subscribe: [], unsubscribe: [], consumed: [] };
      const none = { honoured: null, snapshot: null, rest: null, columns: null };
      const who = { instanceId: 'i1', tenantId: null, workflowId: 'w', owner: node, fence: 1 };
      await store.commit({ ...who, ...lists, ...none, revision, entry });
    }
    const other = new DatabaseSync(path);
    other.exec('DELETE FROM journal WHERE revision = 2');
    other.close();

    expect(await store.check()).toEqual(['instance i1: the journal has a gap after revision 0']);
  });
});

/** Only rows of instances name the roles of a caller. */
function overwriteInstances(path: string): void {
  const page = Math.floor(readFileSync(path).indexOf('"roles":') / PAGE_BYTES);
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(PAGE_BYTES, 0x5a), 0, PAGE_BYTES, page * PAGE_BYTES);
  closeSync(file);
}
