import type { AuditFilter } from '@workflow-runner/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OldFile } from '../../../../../test/contract/old-file.js';
import { sealedQuery } from '../audit-query.js';
import { AuditReader } from '../audit-reader.js';
import { AuditSealing } from '../audit-sealing.js';
import { AuditWriter } from '../audit-writer.js';
import type { Driver } from '../driver.js';
import { migrate, readMeta } from '../schema.js';

describe('the migration to version 5', () => {
  let file: OldFile;
  let driver: Driver;

  beforeEach(async () => {
    file = await OldFile.ofVersion(4);
    driver = file.driver;
  });
  afterEach(() => file.remove());

  it('gives a file of before an empty trail, and leaves what is there', () => {
    file.insertInstance({ id: 'i1', wake_at: 50 });
    migrate(driver);

    expect(readMeta(driver, 'schema_version')).toBe(5);
    expect(readMeta(driver, 'oldest_reader')).toBe(1);
    expect(driver.prepare('SELECT count(*) AS count FROM instances').get()).toMatchObject({ count: 1 });
    const reader = new AuditReader(driver);
    expect(reader.page({}, { limit: 9 })).toEqual({ items: [], nextCursor: null });
    expect(reader.state()).toEqual({ chains: [], unsealed: 0 });
  });

  it('takes entries and seals them', () => {
    migrate(driver);
    new AuditWriter(driver).write(
      {
        ...{ id: 'e', at: 7, caller: null, tenantId: null, action: 'workflow:view', reason: null },
        ...{
          resource: { kind: 'route', id: null },
          workflowId: null,
          result: 'refused',
          correlationId: null,
        },
        details: {},
      },
      true,
    );
    expect(new AuditSealing(driver).seal('a', 9)).toBe(1);
    expect(new AuditReader(driver).page({}, { limit: 9 }).items[0]?.seal).toMatchObject({ sequence: 1 });
  });

  const shapes: [AuditFilter, string][] = [
    [{}, 'audit_at'],
    [{ from: 1, to: 9 }, 'audit_at (at>? AND at<?)'],
    [{ subject: 'a' }, 'audit_subject (subject=?)'],
    [{ subject: 'a', from: 1, to: 9 }, 'audit_subject (subject=? AND at>? AND at<?)'],
    [{ tenantId: 't' }, 'audit_tenant (tenant=?)'],
    [{ action: 'workflow:cancel' }, 'audit_action (action=?)'],
    [{ action: 'workflow:execute' }, 'audit_at'],
    [{ resourceId: 'r' }, 'audit_resource (resource_id=?)'],
    [{ resourceKind: 'instance', resourceId: 'r' }, 'audit_resource (resource_id=?)'],
    [{ workflowId: 'w' }, 'audit_workflow (workflow_id=?)'],
    [{ result: 'refused' }, 'audit_refused'],
    [{ result: 'success' }, 'audit_at'],
  ];

  it.each(shapes)('answers %j in order, by one index', (filter, index) => {
    migrate(driver);
    for (const order of ['newest', 'oldest'] as const) {
      const { sql, values } = sealedQuery(filter, { limit: 9, order });
      const plan = driver.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values, 9) as { detail: string }[];
      const details = plan.map(({ detail }) => detail);
      expect(details[0]).toMatch(/^(SEARCH|SCAN) s USING INDEX /);
      expect(details[0]).toContain(`INDEX ${index}`);
      expect(details.join()).not.toContain('TEMP B-TREE');
    }
  });
});
