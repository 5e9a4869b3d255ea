import { describe, expect, it } from 'vitest';
import { SqliteStore } from '@workflow-runner/store/sqlite';
import { ManualClock } from '@workflow-runner/testing';
import { describeStoreContract } from '@workflow-runner/testing/store-contract';
import { makeSqlite } from './sqlite-lab.js';

const builtin = process.getBuiltinModule?.('node:sqlite') !== undefined;

if (builtin) describeStoreContract('SqliteStore on node:sqlite', () => makeSqlite({ driver: 'builtin' }));

describe('SqliteStore and its library', () => {
  it.runIf(!builtin)('says that Node has no SQLite of its own here', async () => {
    const store = new SqliteStore({ path: '/nowhere', clock: new ManualClock(), driver: 'builtin' });

    await expect(store.open()).rejects.toMatchObject({ code: 'INVALID_OPTIONS', path: 'store.driver' });
  });

  it('survives the death of the process only, when asked for synchronous normal', async () => {
    const lab = await makeSqlite({ synchronous: 'normal' });
    expect(lab.store.health().status).toBe('healthy');
    await lab.dispose();
  });
});
