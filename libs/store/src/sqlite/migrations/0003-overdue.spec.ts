import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OldFile } from '../../../../../test/contract/old-file.js';
import { NEXT_OVERDUE } from '../claiming.js';
import type { Driver } from '../driver.js';
import { migrate } from '../schema.js';

describe('the migration to version 3', () => {
  let file: OldFile;
  let driver: Driver;

  beforeEach(async () => {
    file = await OldFile.ofVersion(2);
    driver = file.driver;
  });
  afterEach(() => file.remove());

  const insert = (id: string, columns: Parameters<OldFile['insertInstance']>[0]) =>
    file.insertInstance({ id, ...columns });

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
