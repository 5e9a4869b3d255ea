import { ManualClock } from '@workflow-runner/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OldFile } from '../../../../../test/contract/old-file.js';
import { dueWith, ABOUT_SLOTS } from '../choosing.js';
import { migrate } from '../schema.js';
import { COUNT_HELD, FIRST_QUEUED, QUEUES } from '../slots.js';
import { SqliteStore } from '../sqlite-store.js';

describe('a file of the third version', () => {
  let file: OldFile;
  let store: SqliteStore;

  beforeEach(async () => {
    file = await OldFile.ofVersion(3);
    store = new SqliteStore({ path: file.path, clock: new ManualClock() });
  });
  afterEach(async () => {
    await store.close();
    file.remove();
  });

  const plan = (sql: string): string[] =>
    (file.driver.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]).map(
      ({ detail }) => detail,
    );

  it('holds instances that come under the limit of the new version when they are due', async () => {
    for (const id of ['i1', 'i2', 'i3']) file.insertInstance({ id, wake_at: 1 });
    file.insertInstance({ id: 'paused', wake_at: 1, status: 'paused', control: '{"action":"resume"}' });
    await store.open();
    const node = await store.join({ nodeId: 'n', leaseMs: 1_000, workflowIds: [] });
    const limits = [{ nameSpace: 'a', name: 'b', limit: 2 }];

    const claimed = await store.claim(node, { limit: 9, workflowIds: ['a.b@1.0.0'], limits });

    expect(claimed.map(({ record }) => record.id)).toEqual(['i1', 'i2']);
    expect((await store.load('i3'))?.record).toMatchObject({ status: 'pending', statusReason: 'slot' });
    expect((await store.load('paused'))?.record).toMatchObject({ status: 'paused', wakeAt: null });
    expect(await store.check()).toEqual([]);
  });

  it('may go on being used by that version, whose wake-ups do not change the queue', async () => {
    await store.open();
    const node = await store.join({ nodeId: 'n', leaseMs: 1_000, workflowIds: [] });
    const limits = [{ nameSpace: 'a', name: 'b', limit: 1 }];
    const request = { limit: 9, workflowIds: ['a.b@1.0.0'], limits };
    for (const id of ['held', 'i1', 'i2']) file.insertInstance({ id, wake_at: 1 });
    const [held] = await store.claim(node, request);

    file.driver.exec(`UPDATE instances SET wake_at = 2 WHERE id = 'i2'`);

    expect(await store.claim(node, request)).toEqual([]);
    expect((await store.load('i2'))?.record).toMatchObject({ status: 'pending', wakeAt: null });
    await store.release(node, 'held', held!.record.fence, { wakeAt: 9e15, statusReason: 'unreadable' });
    expect(await store.claim(node, request)).toMatchObject([{ record: { id: 'i1' } }]);
  });

  it('says when a row queues for nothing', async () => {
    migrate(file.driver);
    file.insertInstance({ id: 'i1', slot_since: 1 });
    await store.open();

    expect(await store.check()).toEqual(['instance i1: queues for a slot of no workflow']);
  });

  it('counts slots, and finds who comes next, by one look into an index for each', () => {
    migrate(file.driver);

    expect(plan(COUNT_HELD.replace('?', "'a.b'"))).toEqual([
      'SEARCH instances USING COVERING INDEX instances_holding (slot=? AND owner_node>?)',
    ]);
    const looks = plan(FIRST_QUEUED).filter((line) => line.includes('instances'));
    expect(new Set(looks)).toEqual(
      new Set(['SEARCH instances USING INDEX instances_queued (slot=? AND priority=? AND slot_since>?)']),
    );
    expect(plan(QUEUES).filter((line) => line.includes('instances'))).toEqual([
      'SEARCH instances USING COVERING INDEX instances_queued',
      'SEARCH instances USING COVERING INDEX instances_queued (slot>?)',
    ]);
  });

  it('does not show the queue to those who look for what is due', async () => {
    migrate(file.driver);
    const queued = { slot: 'a.b', slot_since: 1, status: 'pending', status_reason: 'slot' };
    file.driver.transaction(() => {
      for (let i = 0; i < 500; i += 1) file.insertInstance({ id: `i${i}`, ...queued });
    });
    const held = { status: 'running', owner_node: 'n', owner_epoch: 1 };
    file.insertInstance({ id: 'held', slot: 'a.b', ...held });

    const inDueIndex = file.driver
      .prepare(
        `SELECT count(*) AS rows FROM instances INDEXED BY instances_due
         WHERE priority = 'normal' AND owner_node IS NULL AND wake_at IS NOT NULL`,
      )
      .get();

    expect(inDueIndex).toMatchObject({ rows: 0 });
    const due = plan(dueWith(`, ${ABOUT_SLOTS}`)).filter((line) => line.includes('SEARCH instances'));
    expect(new Set(due)).toEqual(
      new Set(['SEARCH instances USING INDEX instances_due (priority=? AND wake_at<?)']),
    );
  });
});
