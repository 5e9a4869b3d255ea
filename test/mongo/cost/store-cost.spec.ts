import type { InstanceRecord, NodeIdentity } from '@workflow-runner/contract';
import type { StoreUnderTest } from '@workflow-runner/testing/store-contract';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { aCommit, anEvent, aRest, aStart, aWait } from '../../../libs/testing/src/store-contract/samples.js';
import { describeOnMongo } from '../../servers/mongo/suite.js';
import { makeMongo } from '../mongo-lab.js';
import { Counts, counting } from './counting-driver.js';

const WORKFLOW = 'contract.sample@1.0.0';

/** Exact figures: they change when an operation has become dearer, or cheaper. */
describeOnMongo('What an operation costs', (server) => {
  let made: StoreUnderTest;
  let node: NodeIdentity;
  let counts = new Counts();

  beforeEach(async () => {
    made = await makeMongo(server, { intercept: (driver) => counting(driver, () => counts) });
    node = await made.store.join({ nodeId: 'n', leaseMs: 15_000, workflowIds: [WORKFLOW] });
  });
  afterEach(() => made.dispose());

  const cost = async (work: () => Promise<unknown>): Promise<Counts> => {
    counts = new Counts();
    await work();
    return counts;
  };
  const calls = async (work: () => Promise<unknown>): Promise<object> =>
    Object.fromEntries((await cost(work)).calls);

  const running = async (ids: readonly string[]): Promise<InstanceRecord[]> => {
    const receipts = await made.store.create(ids.map((id) => aStart(id, { claimBy: node })));
    return receipts.map((receipt) => (receipt as { record: InstanceRecord }).record);
  };
  const waiting = async (ids: readonly string[], wakeAt: number | null = null): Promise<void> => {
    const records = await running(ids);
    const commits = records.map((record) =>
      aCommit(record, {
        ...aRest('waiting', { wakeAt }),
        subscribe: [aWait(record.id, 0, { key: record.id })],
      }),
    );
    await Promise.all(commits.map((commit) => made.store.commit(commit)));
    // Look-ups that follow such a commit.
    await made.store.close();
    await made.store.open();
  };
  const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `i${i}`);

  it('a start that its node runs: one document, two calls, however many start together', async () => {
    const starts = { 'findOne nodes': 1, 'insertMany instances': 1 };
    expect(await calls(() => running(['one']))).toEqual(starts);
    expect(await calls(() => running(names(50)))).toEqual(starts);
    expect((await cost(() => running(['two']))).written).toEqual(new Map([['instances: inserted', 1]]));
  });

  it('a step: one update and nothing read; those of a turn share one call', async () => {
    const records = await running(names(50));
    const spent = await cost(() => Promise.all(records.map((record) => made.store.commit(aCommit(record)))));

    expect(spent.sums).toEqual({ calls: 1, written: 50, returned: 0 });
  });

  it('an end: one update and nothing read', async () => {
    const [record] = await running(['one']);
    const spent = await cost(() => made.store.commit(aCommit(record!, aRest('completed'))));

    expect(spent.sums).toEqual({ calls: 1, written: 1, returned: 0 });
  });

  it('a wait: one look for a stored event, one read, one update; and what passed meanwhile is looked for once more', async () => {
    const [record] = await running(['one']);
    const commit = aCommit(record!, { ...aRest('waiting'), subscribe: [aWait('one', 0)] });
    const spent = await cost(async () => {
      await made.store.commit(commit);
      await made.store.close();
    });

    expect(Object.fromEntries(spent.calls)).toEqual({
      'findOne events': 2,
      'findOne instances': 2,
      'updateOne instances': 2,
    });
    expect(spent.sums).toEqual({ calls: 6, written: 2, returned: 2 });
    await made.store.open();
  });

  it('an event: two writes of itself and one of who waits for it, whoever else waits', async () => {
    await waiting(names(20));
    const spent = await cost(() => made.store.publish([anEvent('e1', { key: 'i7' })]));

    expect(Object.fromEntries(spent.calls)).toEqual({
      'insertMany events': 1,
      'find instances': 1,
      'bulkUpdate instances': 1,
      'updateMany events': 1,
    });
    expect(spent.written).toEqual(
      new Map([
        ['events: inserted', 1],
        ['instances: changed', 1],
        ['events: changed', 1],
      ]),
    );
    expect(spent.returned).toEqual(new Map([['instances', 1]]));
  });

  it('an event that nobody waits for: two writes, nothing read', async () => {
    const spent = await cost(() => made.store.publish([anEvent('e1')]));

    expect(spent.sums).toEqual({ calls: 3, written: 2, returned: 0 });
  });

  it('a claim: two documents read for each that it takes, and three looks at its own node', async () => {
    await waiting(names(50), 0);
    const claim = (limit: number) => made.store.claim(node, { limit, workflowIds: [WORKFLOW] });

    const few = await cost(() => claim(10));
    expect(few.sums.calls).toBe(10);
    expect(few.written).toEqual(new Map([['instances: changed', 10]]));
    expect(few.returned).toEqual(
      new Map([
        ['nodes', 3],
        ['instances', 20],
      ]),
    );
    const many = await cost(() => claim(40));
    expect(many.returned).toEqual(
      new Map([
        ['nodes', 3],
        ['instances', 80],
      ]),
    );
    expect(many.sums.calls).toBe(few.sums.calls);
  });

  it('a claim that finds nothing: no document but its node', async () => {
    await waiting(names(50));
    const spent = await cost(() => made.store.claim(node, { limit: 10, workflowIds: [WORKFLOW] }));

    expect(spent.written.size).toBe(0);
    expect(spent.returned).toEqual(new Map([['nodes', 1]]));
  });

  it('asking for what is new when nothing is: three looks into indexes, no document', async () => {
    await waiting(names(5));
    await made.store.publications(0, 10);
    const { last } = await made.store.positions();
    const spent = await cost(() => made.store.publications(last, 10));

    expect(Object.fromEntries(spent.calls)).toEqual({
      'findOne instances': 1,
      'findOne events': 1,
      'findOne audit': 1,
      'find ledger': 1,
    });
    expect(spent.sums.returned).toBe(0);
  });
});
