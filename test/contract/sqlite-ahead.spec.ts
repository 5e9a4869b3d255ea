import type { Commit, InstanceRecord, Store } from '@workflow-runner/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SLEEPING } from '../../libs/store/src/sqlite/choosing.js';
import { loadDriver } from '../../libs/store/src/sqlite/driver.js';
import { countingOpener, noCounts } from '../e2e/cost/counting-driver.js';
import { aStart } from './samples.js';
import { makeSqlite } from './sqlite-lab.js';

const WORKFLOWS = ['contract.sample@1.0.0'];
const REQUEST = { limit: 9, workflowIds: WORKFLOWS, aheadMs: 500 };

describe('A SQLite store with an instance that sleeps', () => {
  let under: Awaited<ReturnType<typeof makeSqlite>>;
  let store: Store;
  let counts = noCounts();

  beforeEach(async () => {
    under = await makeSqlite({ driver: await countingOpener(() => counts) });
    ({ store } = under);
  });
  afterEach(() => under.dispose());

  const writes = (): number => counts.statements.get('UPDATE instances') ?? 0;

  it('writes its row when it falls asleep, ahead of its moment, and when it rests again: not in between', async () => {
    const node = await store.join({ nodeId: 'n', leaseMs: 1_000, workflowIds: WORKFLOWS });
    const [receipt] = await store.create([aStart('i1', { claimBy: node })]);
    const { record } = receipt as { record: InstanceRecord };
    counts = noCounts();

    await store.commit(aCommit(record, 1, { wakeAt: under.clock.now() + 100 }));
    const [claimed] = await store.claim(node, REQUEST);
    expect([claimed?.record.id, writes()]).toEqual(['i1', 2]);
    for (const revision of [2, 3, 4]) await store.commit(aCommit(claimed!.record, revision));
    expect(writes()).toBe(2);
    await store.commit(aCommit(claimed!.record, 5, { wakeAt: null }));

    expect(writes()).toBe(3);
    expect((await store.load('i1'))?.record).toMatchObject({ status: 'waiting', owner: null, revision: 5 });
  });

  it('finds it by the index of what is due, however many sleep longer', async () => {
    const driver = (await loadDriver())(under.path);
    const plan = driver.prepare(`EXPLAIN QUERY PLAN ${SLEEPING}`).all() as { detail: string }[];
    driver.close();

    const looks = plan.map(({ detail }) => detail).filter((line) => line.includes('instances'));
    const ofDue = 'USING INDEX instances_due (priority=? AND wake_at>? AND wake_at<?)';
    expect(new Set(looks)).toEqual(new Set([`SEARCH instances ${ofDue}`]));
  });
});

/** @param rest when it wakes next; none: it goes on */
function aCommit(record: InstanceRecord, revision: number, rest?: { wakeAt: number | null }): Commit {
  const { id: instanceId, tenantId, workflowId, owner, fence } = record;
  const waiting = { status: 'waiting', statusReason: null, overdueAt: null, failure: null } as const;
  return {
    ...{ instanceId, tenantId, workflowId, owner: owner!, fence, revision },
    entry: { kind: 'step', attempt: null, control: null, change: '{}', tell: [] },
    ...{ subscribe: [], unsubscribe: [], consumed: [], honoured: null, columns: null },
    snapshot: rest ? '{}' : null,
    rest: rest ? { ...waiting, ...rest } : null,
  };
}
