import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { SqliteStore } from '@workflow-runner/store/sqlite';
import { ManualClock } from '@workflow-runner/testing';
import type { NewAuditEntry } from '@workflow-runner/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyAudit } from './verify-audit.js';

const entry = (id: string): NewAuditEntry => ({
  ...{ id, caller: { subject: 'ann', kind: 'user', roles: [], tenantId: null }, tenantId: null },
  ...{ action: 'workflow:view', reason: null, correlationId: null, details: { count: 1 } },
  ...{ resource: { kind: 'route', id: null }, workflowId: null, result: 'refused' },
});

describe('The verification of a trail in a file', () => {
  let folder: string;
  let path: string;
  let store: SqliteStore;
  let clock: ManualClock;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'runner-audit-'));
    path = join(folder, 'store.db');
    clock = new ManualClock();
    store = new SqliteStore({ path, clock });
    await store.open();
    for (const id of ['e1', 'e2', 'e3', 'e4', 'e5']) await store.audit([entry(id)]);
    await store.seal('a', 5);
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Somebody with the file at hand. */
  function tamper(sql: string): void {
    const database = new DatabaseSync(path);
    database.exec(sql);
    database.close();
  }
  const broken = async () => (await verifyAudit(store)).chains.map((chain) => chain.broken);

  it('finds nothing wrong with one that nobody has touched', async () => {
    expect(await verifyAudit(store)).toMatchObject({ ok: true, chains: [{ chain: 'a', entries: 5 }] });
    expect(await store.check()).toEqual([]);
  });

  it.each([
    ['a caller', `UPDATE audit SET line = replace(line, '"ann"', '"bob"') WHERE position = 2`],
    ['a line that is none any more', `UPDATE audit SET line = 'x' WHERE position = 2`],
    ['a hash', `UPDATE audit_seals SET hash = 'x' WHERE position = 2`],
    ['what can be asked for', `UPDATE audit_seals SET subject = 'bob' WHERE position = 2`],
    ['a moment', `UPDATE audit_seals SET at = at + 1 WHERE position = 2`],
  ])('finds the change of %s', async (_, sql) => {
    tamper(sql);
    expect(await broken()).toEqual([{ sequence: 2, what: 'changed' }]);
    expect(await verifyAudit(store)).toMatchObject({ ok: false, chains: [{ entries: 1 }] });
  });

  it('finds an entry that was removed from the middle, with its seal or without', async () => {
    tamper('DELETE FROM audit WHERE position = 3');
    expect(await broken()).toEqual([{ sequence: 3, what: 'missing' }]);
    tamper('DELETE FROM audit_seals WHERE position = 3');
    expect(await broken()).toEqual([{ sequence: 3, what: 'missing' }]);
    expect(await store.check()).not.toEqual([]);
  });

  it('finds that the newest sealed entry was removed', async () => {
    tamper('DELETE FROM audit WHERE position = 5; DELETE FROM audit_seals WHERE position = 5');
    expect(await broken()).toEqual([{ sequence: 5, what: 'missing' }]);
    expect(await store.check()).not.toEqual([]);
  });

  it('finds two entries that have changed places', async () => {
    tamper(`UPDATE audit_seals SET sequence = 90 WHERE position = 2;
      UPDATE audit_seals SET sequence = 2 WHERE position = 3; UPDATE audit_seals SET sequence = 3 WHERE position = 2`);
    expect(await broken()).toEqual([{ sequence: 2, what: 'reordered' }]);
  });

  it('tells an entry that somebody has added from a broken chain', async () => {
    tamper(`INSERT INTO audit (line) SELECT replace(line, 'e5', 'forged') FROM audit WHERE position = 5`);
    expect(await verifyAudit(store)).toMatchObject({ ok: true, unsealed: 1 });
    tamper(`INSERT INTO audit (position, line) SELECT -1, line FROM audit WHERE position = 5`);
    expect(await verifyAudit(store)).toMatchObject({ ok: true, unsealed: 2 });
  });

  it('looks at each chain, and names the one that is broken', async () => {
    await store.audit([entry('e6'), entry('e7')]);
    await store.seal('b', 5);
    tamper(`UPDATE audit SET line = replace(line, 'ann', 'bob') WHERE position = 7`);
    expect(await broken()).toEqual([undefined, { sequence: 2, what: 'changed' }]);
  });

  it('takes a long trail in pages, and lets others have their turn', async () => {
    for (let lot = 0; lot < 3; lot += 1) {
      await store.audit(Array.from({ length: 700 }, (_, n) => entry(`lot${lot}-${n}`)));
      await store.seal('a', 700);
    }
    let turns = 0;
    const others = setInterval(() => (turns += 1), 0);
    const verified = await verifyAudit(store);
    clearInterval(others);

    expect(verified).toMatchObject({ ok: true, chains: [{ entries: 2_105 }] });
    expect(turns).toBeGreaterThan(0);
  });

  it('does not take for missing what retention deletes meanwhile', async () => {
    const day = 86_400_000;
    clock.advance(2 * day);
    const rules = { instances: { completed: day, failed: day, cancelled: day }, events: day };
    const retention = { ...rules, idempotencyKeys: day, statistics: day, audit: day };
    const links = store.auditLinks.bind(store);
    let purged = 0;
    store.auditLinks = async (...asked) => {
      if (purged === 0) purged = await store.purge(retention, 3);
      return links(...asked);
    };

    expect(await verifyAudit(store)).toMatchObject({ ok: true, chains: [{ entries: 2 }] });
    expect(purged).toBe(3);
  });

  it('goes on sealing behind a line that somebody has made unreadable', async () => {
    await store.audit([entry('e6'), entry('e7')]);
    tamper(`UPDATE audit SET line = 'no' || char(10) || 'line' WHERE position = 6`);
    expect(await store.seal('a', 5)).toBe(2);

    expect(await broken()).toEqual([{ sequence: 6, what: 'changed' }]);
    expect((await store.auditTrail({}, { limit: 10 })).items).toHaveLength(7);
  });
});
