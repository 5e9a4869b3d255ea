import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { SqliteStore, type SqliteStoreOptions } from '@workflow-runner/store/sqlite';
import { ManualClock } from '@workflow-runner/testing';
import type { StoreUnderTest } from '@workflow-runner/testing/store-contract';

/** A fresh folder for one test's files. */
export function makeFolder(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'workflow-runner-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** SQLite stores over one file in a folder of their own. */
export async function makeSqlite(
  options: Omit<SqliteStoreOptions, 'path' | 'clock'> = {},
): Promise<StoreUnderTest & { readonly path: string }> {
  const { folder, remove } = makeFolder();
  const path = join(folder, 'store.db');
  const clock = new ManualClock();
  const opened: SqliteStore[] = [];
  const open = async (): Promise<SqliteStore> => {
    const store = new SqliteStore({ path, clock, ...options });
    opened.push(store);
    await store.open();
    return store;
  };
  const store = await open();
  return {
    path,
    store,
    clock,
    second: open,
    reopen: async () => {
      await store.close();
      return open();
    },
    pretendSchema: async (version, oldestReader) => {
      const database = new DatabaseSync(path);
      const set = database.prepare('UPDATE meta SET value = ? WHERE key = ?');
      set.run(version, 'schema_version');
      set.run(oldestReader, 'oldest_reader');
      database.close();
    },
    dispose: async () => {
      for (const one of opened) await one.close();
      remove();
    },
  };
}
