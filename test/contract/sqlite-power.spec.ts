import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SqliteStore } from '@workflow-runner/store/sqlite';
import { ManualClock } from '@workflow-runner/testing';
import { Disk } from './disk.js';
import { aStart } from './samples.js';
import { makeFolder } from './sqlite-lab.js';

/** More than are worth waiting for in place. */
const MANY = 5;

let folder: string;
let remove: () => void;
let disk: Disk;
let store: SqliteStore;
const opened: SqliteStore[] = [];

async function open(path: string, on?: Disk): Promise<SqliteStore> {
  const driver = await on?.opener();
  const one = new SqliteStore({ path, clock: new ManualClock(), ...(driver && { driver }) });
  await one.open();
  opened.push(one);
  return one;
}

/** Ids of starts that were acknowledged. */
const acknowledged: string[] = [];

function startMany(name: string, count = MANY): Promise<unknown>[] {
  return Array.from({ length: count }, (_, i) => {
    const id = `${name}-${i}`;
    return store.create([aStart(id)]).then(() => acknowledged.push(id));
  });
}

async function idsIn(path: string): Promise<string[]> {
  const left = await open(path);
  const { items } = await left.list({}, { limit: 500 });
  return items.map(({ id }) => id).sort();
}

beforeEach(async () => {
  ({ folder, remove } = makeFolder());
  const path = join(folder, 'store.db');
  disk = new Disk(path);
  store = await open(path, disk);
  disk.syncs = 0;
  acknowledged.length = 0;
});
afterEach(async () => {
  disk.refusals = 0;
  disk.isSlow = false;
  while (disk.waiting > 0) disk.finishOne();
  for (const one of opened.splice(0)) await one.close();
  remove();
});

describe('After a loss of power', () => {
  it('everything acknowledged is there, whatever the disk had not done yet', async () => {
    disk.isSlow = true;
    const starts = [];
    for (let round = 0; round < 40; round += 1) {
      starts.push(...startMany(`r${round}`, 1 + (round % 7)));
      await new Promise((resolve) => setImmediate(resolve));
      if (round % 3 === 0) disk.finishOne();
      await new Promise((resolve) => setImmediate(resolve));
      if (round % 10 !== 9) continue;
      const promised = [...acknowledged].sort();
      const left = await idsIn(disk.leftBehind(join(folder, `left-${round}.db`)));
      expect(left).toEqual(expect.arrayContaining(promised));
      expect(promised.length).toBeGreaterThan(0);
    }
    disk.isSlow = false;
    while (disk.waiting > 0) disk.finishOne();
    await Promise.all(starts);
  });

  it('what was not acknowledged may be lost, which is why it was not', async () => {
    disk.isSlow = true;
    const starts = startMany('a');
    await vi.waitFor(() => expect(disk.waiting).toBe(1));

    expect(await idsIn(disk.leftBehind(join(folder, 'left.db')))).toEqual([]);
    expect(acknowledged).toEqual([]);
    disk.finishOne();
    await Promise.all(starts);
    expect(await idsIn(disk.leftBehind(join(folder, 'then.db')))).toHaveLength(MANY);
  });
});

describe('While the disk works at a commit', () => {
  beforeEach(async () => {
    await store.list({}, { limit: 10 });
    disk.isSlow = true;
  });

  it('others are written, and the next sync is for all of them', async () => {
    const starts = startMany('a');
    await vi.waitFor(() => expect(disk.waiting).toBe(1));
    for (const name of ['b', 'c', 'd']) {
      starts.push(...startMany(name, 1));
      await new Promise((resolve) => setImmediate(resolve));
    }
    disk.finishOne();
    await vi.waitFor(() => expect(disk.waiting).toBe(1));
    disk.finishOne();
    await Promise.all(starts);
    expect(disk.syncs - 1).toBe(2);
  });

  it('nobody is told of it who reads', async () => {
    const starts = startMany('a');
    await vi.waitFor(() => expect(disk.waiting).toBe(1));
    let told: unknown = null;
    const reading = store.list({}, { limit: 10 }).then(({ items }) => (told = items.length));
    const status = store.statuses(['a-0']);

    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(told).toBeNull();
    disk.finishOne();
    await Promise.all([...starts, reading]);
    expect(told).toBe(MANY);
    expect(disk.syncs - 1, 'the sync under way is enough').toBe(1);
    expect([...(await status).keys()]).toEqual(['a-0']);
  });

  it('nobody is told of what came after the sync began', async () => {
    const starts = startMany('a');
    await vi.waitFor(() => expect(disk.waiting).toBe(1));
    starts.push(...startMany('b', 64));
    await vi.waitFor(async () => expect((await idsIn(join(folder, 'store.db'))).length).toBe(MANY + 64));
    let told = 0;
    const reading = store.list({}, { limit: 100 }).then(({ items }) => (told = items.length));
    disk.finishOne();
    await vi.waitFor(() => expect(disk.waiting).toBe(1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(told).toBe(0);
    disk.isSlow = false;
    while (disk.waiting > 0) disk.finishOne();
    await Promise.all([...starts, reading]);
    expect(told).toBe(MANY + 64);
  });

  it('nobody is told of it through another process before it is durable', async () => {
    const others = new Disk(join(folder, 'store.db'));
    const other = await open(join(folder, 'store.db'), others);
    await other.list({}, { limit: 10 });
    const before = others.syncs;
    const starts = startMany('a');
    await vi.waitFor(() => expect(disk.waiting).toBe(1));

    expect((await other.list({}, { limit: 10 })).items).toHaveLength(MANY);
    expect(others.syncs).toBe(before + 1);
    await other.list({}, { limit: 10 });
    expect(others.syncs, 'what is known to be durable is not synced again').toBe(before + 1);
    disk.finishOne();
    await Promise.all(starts);
  });

  it.each([
    ['refused where the node was taken over meanwhile', true],
    ['answered where it was only slow', false],
  ])('what a node has written is %s', async (_, isTakenOver) => {
    const other = await open(join(folder, 'store.db'));
    disk.isSlow = false;
    const node = await store.join({ nodeId: 'a', leaseMs: 1_000, workflowIds: [] });
    disk.isSlow = true;
    const starts = Array.from({ length: MANY }, (_start, i) =>
      store.create([aStart(`s${i}`, { claimBy: node })]),
    );
    await vi.waitFor(() => expect(disk.waiting).toBe(1));
    if (isTakenOver) await other.takeover(node);
    await new Promise((resolve) => setTimeout(resolve, 300));
    disk.finishOne();

    const expected = isTakenOver ? { reason: { code: 'STORE_UNAVAILABLE' } } : { status: 'fulfilled' };
    expect(await Promise.allSettled(starts)).toMatchObject(starts.map(() => expected));
    expect(store.health().status).toBe('healthy');
  });

  it('the store does not close', async () => {
    const starts = startMany('a');
    await vi.waitFor(() => expect(disk.waiting).toBe(1));
    let isClosed = false;
    const closing = store.close().then(() => (isClosed = true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isClosed).toBe(false);
    disk.finishOne();
    await Promise.all([...starts, closing]);
    expect(acknowledged).toHaveLength(MANY);
  });
});

describe('A single write', () => {
  it('waits for the disk in place', async () => {
    const before = disk.syncsInPlace;
    await Promise.all(startMany('a', 1));
    expect([disk.syncsInPlace - before, disk.syncs]).toEqual([1, 0]);
  });

  it('does not, once the disk has turned out to be slow', async () => {
    disk.inPlaceMs = 40;
    await Promise.all(startMany('a', 1));
    const before = disk.syncsInPlace;
    await Promise.all(startMany('b', 1));
    expect([disk.syncsInPlace - before, disk.syncs]).toEqual([0, 1]);
  });
});

describe('When the disk refuses a sync', () => {
  it.each([1, MANY])(
    '%i writes are brought into the database itself before they are answered',
    async (count) => {
      disk.refusals = 1;
      await Promise.all(startMany('a', count));

      expect(disk.checkpoints).toBe(1);
      expect(store.health().status).toBe('healthy');
    },
  );

  it('a checkpoint that somebody else holds up is none', async () => {
    const other = new DatabaseSync(join(folder, 'store.db'));
    disk.isSlow = true;
    const starts = startMany('a');
    await vi.waitFor(() => expect(disk.waiting).toBe(1));
    other.exec('BEGIN IMMEDIATE');
    disk.refusals = 1;
    disk.finishOne();
    const refused = await Promise.allSettled(starts);
    other.close();
    expect(disk.checkpoints).toBe(1);
    expect(refused).toMatchObject(refused.map(() => ({ reason: { code: 'STORE_UNAVAILABLE' } })));
  });

  it('and a checkpoint, what waited is refused, and nothing is answered until a checkpoint has worked', async () => {
    await Promise.all(startMany('a'));
    const syncs = disk.syncs;
    disk.refusals = Infinity;
    const refused = await Promise.allSettled(startMany('b'));
    expect(refused).toMatchObject(refused.map(() => ({ reason: { code: 'STORE_UNAVAILABLE' } })));
    expect(store.health()).toMatchObject({
      status: 'degraded',
      detail: expect.stringContaining('to the disk'),
    });
    await expect(store.list({}, { limit: 10 })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(Promise.all(startMany('c', 1))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });

    disk.refusals = 0;
    await Promise.all(startMany('d', 1));
    expect(disk.syncs, 'a sync alone would not do').toBe(syncs + 1);
    expect(store.health().status).toBe('healthy');
    await Promise.all(startMany('e'));
    expect(disk.syncs).toBe(syncs + 2);
  });
});
