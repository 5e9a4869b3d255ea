import { MongoStore } from '@workflow-runner/store/mongo';
import { loadDriver, SqliteStore } from '@workflow-runner/store/sqlite';
import { stopAtDriver, stopAtStore } from '@workflow-runner/testing/crash-kit';

/** Opens what `db` names, with stop points: the address of a MongoDB, or a file of SQLite. */
export async function openStore({ db, timeoutMs }, { stops, ...parts }) {
  const inner = db.startsWith('mongodb://')
    ? new MongoStore({ uri: db, timeoutMs, ...parts })
    : await sqliteStore(db, stops, parts);
  const store = stopAtStore(inner, stops);
  await store.open();
  return store;
}

async function sqliteStore(path, stops, parts) {
  const open = await loadDriver();
  return new SqliteStore({ path, driver: (file) => stopAtDriver(open(file), stops), ...parts });
}
