import { StoreUnavailableError } from '@workflow-runner/contract';
import type { InstanceRecord } from '@workflow-runner/contract';
import type { Documents, MongoDriver, MongoStore } from '@workflow-runner/store/mongo';
import { expect, it } from 'vitest';
import { WORKFLOW } from '../../libs/testing/src/store-contract/lab.js';
import {
  aCommit,
  anEntry,
  anEvent,
  aRest,
  aSignal,
  aStart,
  aWait,
} from '../../libs/testing/src/store-contract/samples.js';
import { describeOnMongo } from '../servers/mongo/suite.js';
import { Ground, join, loaded, running } from './ground.js';

type Call = (...parts: never[]) => Promise<unknown>;

/** A driver of which a test may do something before or after each call. */
function watched(
  driver: MongoDriver,
  around: (call: string, carryOut: () => Promise<unknown>) => Promise<unknown>,
): MongoDriver {
  return new Proxy(driver, {
    get: (target, name: keyof MongoDriver) => {
      const call = (target[name] as Call).bind(target) as (...parts: unknown[]) => Promise<unknown>;
      if (name === 'watch') return call;
      return (...parts: unknown[]) => around(`${name} ${String(parts[0])}`, () => call(...parts));
    },
  });
}

/** Commits rows up to a revision; each tells something. */
async function commitUpTo(
  store: MongoStore,
  record: InstanceRecord,
  from: number,
  to: number,
): Promise<void> {
  const revisions = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const entry = anEntry({ tell: ['step.completed'] });
  await Promise.all(revisions.map((revision) => store.commit(aCommit(record, { revision, entry }))));
}

async function historyOf(store: MongoStore, id: string): Promise<number[]> {
  const revisions: number[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await store.history(id, { limit: 500, ...(cursor !== undefined && { cursor }) });
    revisions.push(...page.items.map(({ revision }) => revision));
    if (page.nextCursor === null) return revisions;
    cursor = page.nextCursor;
  }
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

describeOnMongo('commits', (server) => {
  const ground = new Ground(server);

  it('of one turn go with one call, and so do those that come while it is on its way', async () => {
    const calls: string[] = [];
    const store = await ground.open((driver) =>
      watched(driver, (call, carryOut) => {
        calls.push(call);
        return carryOut();
      }),
    );
    const node = await join(store);
    const records = await Promise.all(upTo(30).map((i) => running(store, `i${i}`, node)));
    const twice = records.flatMap((record) => [1, 2].map((revision) => aCommit(record, { revision })));
    calls.length = 0;

    const first = Promise.all(twice.map((one) => store.commit(one)));
    await new Promise((resolve) => setImmediate(resolve));
    const second = Promise.all(records.map((record) => store.commit(aCommit(record, { revision: 3 }))));
    await Promise.all([first, second]);

    expect(calls.filter((call) => call.endsWith(' instances'))).toEqual([
      'bulkUpdate instances',
      'bulkUpdate instances',
    ]);
    expect((await loaded(store, 'i7')).record.revision).toBe(3);
  });

  it('sees a delivery that came between its look and its rest', async () => {
    const other = await ground.open();
    let isArmed = false;
    const store = await ground.open((driver) =>
      watched(driver, async (call, carryOut) => {
        if (isArmed && call === 'updateOne instances') {
          isArmed = false;
          await other.publish([anEvent('e1')]);
        }
        return carryOut();
      }),
    );
    const record = await running(store, 'i1', await join(store));
    await store.commit(aCommit(record, { subscribe: [aWait('i1', 0)] }));
    while ((await documentOf(store, 'i1')).cu === 1);
    isArmed = true;

    const receipt = await store.commit(aCommit(record, { revision: 2, ...aRest('waiting') }));

    expect(receipt).toMatchObject({ rested: false, delivered: [{ eventId: 'e1' }] });
  });

  it('move a long journal out of the instance with a snapshot, and history and telling keep all of it', async () => {
    const store = await ground.open();
    const record = await running(store, 'i1', await join(store));
    await commitUpTo(store, record, 1, 420);

    await store.commit(aCommit(record, { revision: 421, snapshot: '{"at":421}' }));
    await commitUpTo(store, record, 422, 425);

    expect(await historyOf(store, 'i1')).toEqual(upTo(425));
    expect(await loaded(store, 'i1')).toMatchObject({ snapshot: '{"at":421}', record: { revision: 425 } });
    expect((await loaded(store, 'i1')).tail).toHaveLength(4);
    expect((await store.publications(0, 1_000)).map(({ revision }) => revision)).toEqual(
      upTo(425).filter((revision) => revision !== 421),
    );
    expect(await rowsInside(store, 'i1')).toBeLessThan(10);
  });

  it('lose no row when the one that moved the journal was cut off, and others came before it is moved again', async () => {
    let isCut = false;
    const store = await ground.open((driver) =>
      watched(driver, async (call, carryOut) => {
        if (isCut) throw new StoreUnavailableError('cut off');
        const answer = await carryOut();
        isCut = call === 'insertOne journal';
        if (isCut) throw new StoreUnavailableError('cut off');
        return answer;
      }),
    );
    const dead = await join(store, 'dead');
    const record = await running(store, 'i1', dead);
    await commitUpTo(store, record, 1, 420);
    const snapshot = '{"at":421}';
    await expect(store.commit(aCommit(record, { revision: 421, snapshot }))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });

    const heir = await ground.open();
    await heir.takeover(dead);
    const [got] = await heir.claim(await join(heir, 'heir'), { limit: 1, workflowIds: [WORKFLOW] });
    await commitUpTo(heir, got!.record, 421, 440);
    await heir.commit(aCommit(got!.record, { revision: 441, snapshot: '{"at":441}' }));
    await heir.commit(aCommit(got!.record, { revision: 442, snapshot: '{"at":442}' }));

    expect(await historyOf(heir, 'i1')).toEqual(upTo(442));
    expect(await rowsInside(heir, 'i1')).toBeLessThan(50);
  });

  it('that would make an instance too large are refused alone and by name, and nothing of them is written', async () => {
    const store = await ground.open();
    const node = await join(store);
    const [big, small] = [await running(store, 'big', node), await running(store, 'small', node)];
    const huge = JSON.stringify('x'.repeat(15_800_000));

    const verdicts = await Promise.allSettled([
      store.commit(aCommit(big, { snapshot: huge })),
      store.commit(aCommit(small)),
    ]);

    expect(verdicts).toMatchObject([
      { status: 'rejected', reason: { code: 'DATA_TOO_LARGE' } },
      { status: 'fulfilled' },
    ]);
    expect((await loaded(store, 'big')).record.revision).toBe(0);
    await store.commit(aCommit(big, { snapshot: huge.slice(0, 12_000_000) }));
    const signal = aSignal('big', { data: huge.slice(0, 5_000_000), limitBytes: 1e9 });
    await expect(store.send(signal)).rejects.toMatchObject({ code: 'DATA_TOO_LARGE' });
    expect((await loaded(store, 'big')).inbox).toEqual([]);
    await expect(store.create([aStart('huge', { snapshot: huge })])).rejects.toMatchObject({
      code: 'DATA_TOO_LARGE',
    });
  });

  it('count what their instance has given away, too: consumed messages make room', async () => {
    const store = await ground.open();
    const record = await running(store, 'i1', await join(store));
    const data = JSON.stringify('x'.repeat(4_000_000));

    for (let revision = 1; revision <= 6; revision += 1) {
      await store.send(aSignal('i1', { id: `s${revision}`, data, bytes: 1, limitBytes: 100 }));
      await store.commit(aCommit(record, { revision, consumed: [`s${revision}`] }));
    }

    expect((await loaded(store, 'i1')).inbox).toEqual([]);
  });
});

describeOnMongo('claims', (server) => {
  const ground = new Ground(server);

  it('give back what they took when the answer was lost, and it is claimed again', async () => {
    let isArmed = false;
    const store = await ground.open((driver) =>
      watched(driver, async (call, carryOut) => {
        const answer = await carryOut();
        if (!isArmed || call !== 'bulkUpdate instances') return answer;
        isArmed = false;
        throw new StoreUnavailableError('the answer was lost');
      }),
    );
    const node = await join(store);
    await store.create([aStart('i1')]);
    const request = { limit: 5, workflowIds: [WORKFLOW] };
    isArmed = true;
    await expect(store.claim(node, request)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });

    const again = await store.claim(node, request);

    expect(again.map(({ record }) => record.id)).toEqual(['i1']);
    await expect(store.commit(aCommit(again[0]!.record))).resolves.toMatchObject({ revision: 1 });
  });

  it('of many nodes at once leave nothing that is due behind as long as they may take it', async () => {
    const stores = await Promise.all(upTo(6).map(() => ground.open()));
    const nodes = await Promise.all(stores.map((store, i) => join(store, `n${i}`)));
    await stores[0]!.create(upTo(120).map((i) => aStart(`i${i}`)));

    const got = await Promise.all(
      stores.map((store, i) => store.claim(nodes[i]!, { limit: 20, workflowIds: [WORKFLOW] })),
    );

    expect(new Set(got.flat().map(({ record }) => record.id)).size).toBe(120);
    expect(got.map(({ length }) => length)).toEqual([20, 20, 20, 20, 20, 20]);
  });

  it('that find their node dead when they have taken something give it back', async () => {
    const other = await ground.open();
    let onTaken = async (): Promise<void> => undefined;
    const store = await ground.open((driver) =>
      watched(driver, async (call, carryOut) => {
        if (call !== 'bulkUpdate instances') return carryOut();
        // Whoever takes over sees nothing of it, then it is taken.
        await onTaken();
        return carryOut();
      }),
    );
    const node = await join(store);
    await store.create([aStart('i1')]);
    onTaken = async () => void (await other.takeover(node));

    const claim = store.claim(node, { limit: 5, workflowIds: [WORKFLOW] });

    await expect(claim).rejects.toMatchObject({ code: 'NODE_FENCED' });
    expect((await loaded(other, 'i1')).record.owner).toBeNull();
  });
});

/** How many rows the instance's own document holds. */
async function rowsInside(store: MongoStore, id: string): Promise<number> {
  return (await documentOf(store, id)).log.length;
}

async function documentOf(store: MongoStore, id: string): Promise<Documents['instances']> {
  const { connection } = store as unknown as { connection: { driver: MongoDriver } };
  const doc = await connection.driver.findOne('instances', { _id: id });
  if (!doc) throw new Error(`There is no instance ${id}`);
  return doc;
}
