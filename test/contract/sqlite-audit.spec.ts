import { DatabaseSync } from '@photostructure/sqlite';
import type { NewAuditEntry } from '@workflow-runner/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeSqlite } from './sqlite-lab.js';

const entry = (id: string): NewAuditEntry => ({
  ...{ id, caller: null, tenantId: null, action: 'workflow:view', reason: null, correlationId: null },
  ...{ details: {}, resource: { kind: 'route', id: null }, workflowId: null, result: 'refused' },
});

describe('The check of a file', () => {
  let under: Awaited<ReturnType<typeof makeSqlite>>;

  beforeEach(async () => {
    under = await makeSqlite();
    await under.store.audit(['e1', 'e2', 'e3', 'e4'].map(entry));
    await under.store.seal('a', 3);
  });
  afterEach(() => under.dispose());

  it('finds nothing wrong with an audit trail as it is', async () => {
    expect(await under.store.check()).toEqual([]);
  });

  it.each([
    [
      'DELETE FROM audit WHERE position = 2',
      ['audit: chain a has 2 of its 3 entries', 'audit: 1 entries are gone'],
    ],
    [
      'DELETE FROM audit_seals WHERE position = 2',
      ['audit: chain a has 2 of its 3 entries', 'audit: entry 2 stands without a seal among sealed ones'],
    ],
    [`UPDATE audit_chains SET head_hash = 'x'`, ['audit: chain a does not end with its head']],
    ['DELETE FROM audit_chains', ['audit: seals of an unknown chain 1']],
    [
      `UPDATE audit_seals SET subject = 'ann' WHERE position = 2`,
      ['audit: entry 2 does not say what can be asked for'],
    ],
  ])('finds %s', async (sql, findings) => {
    const database = new DatabaseSync(under.path);
    database.exec(sql);
    database.close();

    expect(await under.store.check()).toEqual(findings);
  });

  it('finds that one was removed before it was sealed', async () => {
    await under.store.audit([entry('e5')]);
    const database = new DatabaseSync(under.path);
    database.exec('DELETE FROM audit WHERE position = 4');
    database.close();

    expect(await under.store.check()).toEqual(['audit: 1 entries are gone']);
    expect(await under.store.seal('a', 9)).toBe(1);
  });

  it('seals up to a gap, and behind it with the next call', async () => {
    await under.store.audit([entry('e5'), entry('e6')]);
    const database = new DatabaseSync(under.path);
    database.exec('DELETE FROM audit WHERE position = 5');
    database.close();

    expect([await under.store.seal('a', 9), await under.store.seal('a', 9)]).toEqual([1, 1]);
    const { items } = await under.store.auditTrail({}, { limit: 9, order: 'oldest' });
    expect(items.map(({ id, seal }) => `${id} ${seal?.sequence}`)).toEqual([
      'e1 1',
      'e2 2',
      'e3 3',
      'e4 4',
      'e6 5',
    ]);
  });
});
