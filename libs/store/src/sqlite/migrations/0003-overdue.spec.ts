import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NEXT_OVERDUE } from '../claiming.js';
import { loadDriver, type Driver } from '../driver.js';
import { migrate } from '../schema.js';
import { MIGRATIONS } from './all.js';

const NOT_NULL = {
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
  caller: '{}',
  origin: '{}',
  tags: '{}',
  snapshot: '{}',
};

describe('the migration to version 3', () => {
  let folder: string;
  let driver: Driver;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'workflow-runner-'));
    driver = (await loadDriver())(join(folder, 'store.db'));
    migrate(
      driver,
      MIGRATIONS.filter(({ version }) => version < 3),
    );
  });
  afterEach(() => {
    driver.close();
    rmSync(folder, { recursive: true });
  });

  function insert(id: string, columns: Record<string, string | number | null>): void {
    const row = { ...NOT_NULL, id, ...columns };
    const names = Object.keys(row);
    driver
      .prepare(`INSERT INTO instances (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`)
      .run(...Object.values(row));
  }

  it('finds the deadlines that nobody has noticed', () => {
    insert('waits', { wake_at: 50, deadline_at: 90 });
    insert('runs', { wake_at: 50, deadline_at: 80, owner_node: 'n', owner_epoch: 1, status: 'running' });
    insert('without', { wake_at: 50 });
    insert('noticed', { deadline_at: 70, status_reason: 'definition-changed' });
    for (const status of ['completed', 'cancelled', 'failed']) insert(status, { deadline_at: 60, status });

    migrate(driver);

    const rows = driver.prepare('SELECT id, overdue_at FROM instances WHERE overdue_at IS NOT NULL').all();
    expect(rows.map((row) => ({ ...(row as object) }))).toEqual([
      { id: 'waits', overdue_at: 90 },
      { id: 'runs', overdue_at: 80 },
    ]);
    expect(driver.prepare(NEXT_OVERDUE).get()).toMatchObject({ at: 90 });
  });

  it('lets the next deadline be found by one look into an index', () => {
    migrate(driver);

    const plan = driver.prepare(`EXPLAIN QUERY PLAN ${NEXT_OVERDUE}`).all() as { detail: string }[];

    expect(plan.map(({ detail }) => detail)).toEqual([
      'SEARCH instances USING INDEX instances_overdue (overdue_at>?)',
    ]);
  });
});
