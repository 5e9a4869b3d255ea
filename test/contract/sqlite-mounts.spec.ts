import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqliteStore } from '@workflow-runner/store/sqlite';
import { ManualClock } from '@workflow-runner/testing';
import { Child } from './child.js';
import { until } from '../e2e/until.js';
import { aStart } from './samples.js';
import { mount, mountSmallDisk, whyNoMounts } from './small-disk.js';
import { makeFolder } from './sqlite-lab.js';

const reason = whyNoMounts();
if (reason !== null)
  console.warn(`SKIPPED: full and read-only disks of SqliteStore: ${reason}; run the suite as root`);

describe.skipIf(reason !== null)('SqliteStore on a disk that is full or read-only', () => {
  let folder: string;
  let remove: () => void;
  let unmount: () => void;
  let path: string;
  let store: SqliteStore;

  beforeEach(() => {
    ({ folder, remove } = makeFolder());
    unmount = mountSmallDisk(folder, '2m');
    path = join(folder, 'store.db');
    store = new SqliteStore({ path, clock: new ManualClock() });
  });

  afterEach(async () => {
    await store.close();
    unmount();
    remove();
  });

  it('says that the disk is full, keeps what it acknowledged, and mends itself when there is room', async () => {
    const ballast = join(folder, 'ballast');
    writeFileSync(ballast, Buffer.alloc(1_200_000));
    await store.open();
    const acknowledged: string[] = [];
    const failure = await fill(store, acknowledged);

    expect(failure).toMatchObject({ code: 'STORE_FULL' });
    expect(store.health()).toMatchObject({ status: 'degraded' });
    rmSync(ballast);
    expect(await store.create([aStart('after')])).toMatchObject([{ verdict: 'created' }]);
    expect(store.health().status).toBe('healthy');
    const { items } = await store.list({}, { limit: 500, order: 'oldest' });
    expect(items.map(({ id }) => id)).toEqual([...acknowledged, 'after']);
    expect(await store.check()).toEqual([]);
  });

  it('stays degraded while only what writes nothing can be carried out, and mends without being asked', async () => {
    const ballast = join(folder, 'ballast');
    await store.open();
    writeFileSync(ballast, Buffer.alloc(1_200_000));
    await fill(store, []);

    await store.publish([]);

    expect(store.health().status).toBe('degraded');
    rmSync(ballast);
    await until(() => store.health().status === 'healthy');
  });

  it('says that the disk is read-only instead of failing at the first write', async () => {
    const child = Child.start('node-child.ts', path);
    await child.line();
    await child.kill();
    mount('-o', 'remount,ro', folder);

    await expect(store.open()).rejects.toMatchObject({ code: 'STORE_READ_ONLY' });
  });
});

/** Writes until it cannot; notes what was acknowledged. */
async function fill(store: SqliteStore, acknowledged: string[]): Promise<unknown> {
  for (let i = 0; i < 500; i += 1) {
    try {
      await store.create([aStart(`i${i}`, { snapshot: JSON.stringify('x'.repeat(20_000)) })]);
      acknowledged.push(`i${i}`);
    } catch (error) {
      return error;
    }
  }
  return null;
}
