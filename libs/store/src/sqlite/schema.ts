import { StoreTooNewError } from '@workflow-runner/contract';
import type { Driver } from './driver.js';
import { MIGRATIONS } from './migrations/all.js';
import type { Migration } from './migrations/migration.js';

const META = 'CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL)';

/** Brings a file up to date. Safe when several processes do it at the same time. @throws {StoreTooNewError} */
export function migrate(driver: Driver, migrations: readonly Migration[] = MIGRATIONS): void {
  const supported = migrations.at(-1)?.version ?? 0;
  if (isCurrent(driver, supported)) return;
  driver.transaction(() => {
    driver.exec(META);
    const found = readMeta(driver, 'schema_version') ?? 0;
    refuseTooNew(driver, found, supported);
    for (const migration of migrations.filter(({ version }) => version > found)) {
      driver.exec(migration.sql);
      writeMeta(driver, 'schema_version', migration.version);
      writeMeta(driver, 'oldest_reader', migration.oldestReader);
    }
  });
}

/** Looks without a lock, so that a store whose writer is busy can be opened. */
function isCurrent(driver: Driver, supported: number): boolean {
  const meta = driver.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta'").get();
  if (!meta) return false;
  const found = readMeta(driver, 'schema_version') ?? 0;
  refuseTooNew(driver, found, supported);
  return found >= supported;
}

/** A newer schema is fine as long as it says that this version may use it. */
function refuseTooNew(driver: Driver, found: number, supported: number): void {
  const oldestReader = readMeta(driver, 'oldest_reader') ?? 0;
  if (found > supported && oldestReader > supported) throw new StoreTooNewError(found, supported);
}

export function readMeta(driver: Driver, key: string): number | null {
  const row = driver.prepare('SELECT value FROM meta WHERE key = ?').get(key) as
    { value: number } | undefined;
  return row?.value ?? null;
}

export function writeMeta(driver: Driver, key: string, value: number): void {
  driver
    .prepare(
      'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    )
    .run(key, value);
}
