import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDriver, type Driver, type SqlValue } from '../../libs/store/src/sqlite/driver.js';
import { MIGRATIONS } from '../../libs/store/src/sqlite/migrations/all.js';
import { migrate } from '../../libs/store/src/sqlite/schema.js';

/** What an instance's row must hold in every version of the schema. */
const INSTANCE = {
  tenant: '',
  name_space: 'a',
  name: 'b',
  version: '1.0.0',
  workflow_id: 'a.b@1.0.0',
  definition_hash: 'h',
  status: 'waiting',
  priority: 'normal',
  fence: 1,
  revision: 1,
  snapshot_revision: 1,
  crashes: 0,
  created_at: 1,
  updated_at: 1,
  caller: '{"subject":"system","kind":"system","roles":["admin"],"tenantId":null}',
  origin: '{"kind":"call"}',
  tags: '{}',
  snapshot: '{}',
};

type Row = Readonly<Record<string, SqlValue>>;

/** A file as an earlier version has left it. */
export class OldFile {
  private constructor(
    private readonly folder: string,
    readonly path: string,
    readonly driver: Driver,
  ) {}

  static async ofVersion(version: number): Promise<OldFile> {
    const folder = mkdtempSync(join(tmpdir(), 'workflow-runner-'));
    const path = join(folder, 'store.db');
    const driver = (await loadDriver())(path);
    migrate(
      driver,
      MIGRATIONS.filter((migration) => migration.version <= version),
    );
    return new OldFile(folder, path, driver);
  }

  insert(table: string, row: Row): void {
    const names = Object.keys(row);
    this.driver
      .prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`)
      .run(...Object.values(row));
  }

  insertInstance(row: Row): void {
    this.insert('instances', { ...INSTANCE, ...row });
  }

  remove(): void {
    this.driver.close();
    rmSync(this.folder, { recursive: true });
  }
}
