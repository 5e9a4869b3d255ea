import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '@workflow-runner/contract';
import { Child } from './child.js';
import { aStart } from './samples.js';
import { makeSqlite } from './sqlite-lab.js';
import { until } from '../e2e/until.js';

/** Longest time the event loop may stand still beside a frozen writer, in ms. */
const RESPONSIVE_MS = 100;

describe('SqliteStore beside a process that stands still inside a transaction', () => {
  let lab: Awaited<ReturnType<typeof makeSqlite>>;
  let child: Child;
  let store: Store;

  beforeEach(async () => {
    lab = await makeSqlite();
    store = lab.store;
    await store.create([aStart('before')]);
    child = Child.start('lock-holder.mjs', lab.path);
    await child.line();
    child.signal('SIGSTOP');
  });

  afterEach(async () => {
    await child.kill();
    await lab.dispose();
  });

  it('keeps its event loop responsive while a write waits', async () => {
    const waiting = store.create([aStart('i1')]);

    expect(await longestStandstill(500)).toBeLessThan(RESPONSIVE_MS);
    await child.kill();
    await waiting;
  });

  it('goes on reading', async () => {
    const waiting = store.create([aStart('i1')]);

    expect(await store.load('before')).not.toBeNull();
    expect(await store.load('i1')).toBeNull();
    expect((await store.list({}, { limit: 9 })).items).toHaveLength(1);
    await child.kill();
    await waiting;
  });

  it('says that it is degraded after a second, and mends when the other process goes on', async () => {
    const waiting = store.create([aStart('i1')]);
    expect(store.health().status).toBe('healthy');
    await until(() => store.health().status === 'degraded');
    expect(store.health().detail).toContain('locked by another process');

    child.send('go');
    child.signal('SIGCONT');

    expect(await waiting).toMatchObject([{ verdict: 'created' }]);
    expect(store.health()).toMatchObject({ status: 'healthy', detail: null });
  });

  it('carries out everything that waited, in order, when the other process is killed', async () => {
    const receipts: string[] = [];
    const waiting = Array.from({ length: 50 }, (_, i) =>
      store.create([aStart(`i${i}`)]).then(() => receipts.push(`i${i}`)),
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(receipts).toEqual([]);

    await child.kill();
    await Promise.all(waiting);

    expect(receipts).toEqual(Array.from({ length: 50 }, (_, i) => `i${i}`));
  });

  it('refuses after five seconds what still waits, and has written nothing of it', async () => {
    const from = performance.now();
    const early = store.create([aStart('early')]);
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    const late = store.create([aStart('late')]);

    await expect(early).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    expect(performance.now() - from).toBeGreaterThanOrEqual(5_000);
    expect(store.health().status).toBe('degraded');
    await child.kill();
    expect(await late).toMatchObject([{ verdict: 'created' }]);
    expect(await store.load('early')).toBeNull();
  });

  it('mends without being asked for anything when the other process is gone', async () => {
    await expect(store.create([aStart('i1')])).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    expect(store.health().status).toBe('degraded');

    await child.kill();

    await until(() => store.health().status === 'healthy');
  });

  it('can be opened by another process meanwhile, which reads at once', async () => {
    const second = await lab.second?.();

    expect(await second?.load('before')).not.toBeNull();
  });
});

/** Watches the event loop for a while. */
async function longestStandstill(ms: number): Promise<number> {
  let longest = 0;
  const end = performance.now() + ms;
  for (let last = performance.now(); last < end;) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }
  return longest;
}
