import type { Store } from '@workflow-runner/contract';
import { MemoryStore } from '@workflow-runner/store/memory';
import { ManualClock } from '@workflow-runner/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aStart } from '../../../../test/contract/samples.js';
import { makeSqlite } from '../../../../test/contract/sqlite-lab.js';
import { gate, HostLab, next, step, type LabHost } from '../../../../test/engine/host-lab.js';
import type { WorkflowBuilder } from '../authoring/workflow-builder.js';

type Build = (builder: WorkflowBuilder<Record<string, unknown>>) => void;

const STORES: Record<string, () => Promise<HostLab<Store>>> = {
  memory: async () => {
    const clock = new ManualClock();
    return HostLab.open<Store>(() => new MemoryStore({ clock }), clock);
  },
  SQLite: async () => {
    const { store, clock, dispose } = await makeSqlite({ synchronous: 'normal' });
    onTestFinished(dispose);
    return HostLab.open<Store>(() => store, clock);
  },
};

/** A body that waits until it is let go; counts how many are at work. */
function crowd() {
  const waiting: (() => void)[] = [];
  const seen = {
    atWork: 0,
    most: 0,
    order: [] as unknown[],
    /** Lets the one go that has worked longest. */
    release: (): void => waiting.shift()?.(),
    body: step(async (context) => {
      seen.order.push((context.workflow.data as { n?: unknown }).n);
      seen.atWork += 1;
      seen.most = Math.max(seen.most, seen.atWork);
      await new Promise<void>((resolve) => waiting.push(resolve));
      seen.atWork -= 1;
      return next();
    }),
  };
  return seen;
}

const startMany = async (lab: HostLab<Store>, { ops }: LabHost, count: number): Promise<string[]> => {
  const commands = Array.from({ length: count }, (_, n) => ({ workflowId: 'limited', data: { n } }));
  const verdicts = await ops.start(commands);
  await lab.settle();
  return verdicts.map((verdict) => ('error' in verdict ? '' : verdict.instanceId));
};

const limited = (concurrency: number | null, build: Build, version = 1) => ({
  limited: { concurrency, build, version },
});

describe.each(Object.keys(STORES))('A workflow with a limit, on %s', (kind) => {
  const open = (): Promise<HostLab<Store>> => STORES[kind]!();
  const counts = async ({ store }: HostLab<Store>) => store.countByStatus({});

  it('runs all that is started, in order, and never more than the limit at once', async () => {
    const lab = await open();
    const seen = crowd();
    const node = await lab.join(limited(3, (builder) => void builder.startWith(seen.body).then(seen.body)));
    await startMany(lab, node, 50);
    expect([seen.atWork, await counts(lab)]).toMatchObject([3, { running: 3, pending: 47 }]);

    for (let turn = 0; turn < 100; turn += 1) {
      expect(seen.atWork).toBeGreaterThan(0);
      seen.release();
      await lab.settle();
    }

    expect([seen.most, await counts(lab)]).toMatchObject([3, { completed: 50 }]);
    expect([...new Set(seen.order)]).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  it('tells of each start once, of one that queues at once', async () => {
    const lab = await open();
    const seen = crowd();
    const node = await lab.join(limited(1, (builder) => void builder.startWith(seen.body)));
    const told = async () =>
      (await lab.store.publications(0, 999)).flatMap(({ tell }) => tell).filter((one) => one === 'created');
    await startMany(lab, node, 3);
    expect(await told()).toHaveLength(2);

    for (let turn = 0; turn < 3; turn += 1) {
      seen.release();
      await lab.settle();
    }

    expect(await told()).toHaveLength(3);
    expect(
      (await lab.store.publications(0, 999)).filter(({ tell }) => tell.includes('started')),
    ).toHaveLength(3);
  });

  it('gives the slot of one that sleeps to the next, and wants one when it wakes', async () => {
    const lab = await open();
    const seen = crowd();
    const node = await lab.join(
      limited(
        1,
        (builder) =>
          void builder
            .startWith(step(next))
            .delay(() => 60_000)
            .then(seen.body),
      ),
    );
    const ids = await startMany(lab, node, 5);
    expect(await counts(lab)).toMatchObject({ waiting: 5 });

    await lab.pass(60_000, 10_000);
    expect([seen.atWork, await counts(lab)]).toMatchObject([1, { running: 1, pending: 4 }]);
    const { pointers } = await node.ops.why(ids[4]!);
    expect(pointers).toMatchObject([{ waitingFor: 'slot', since: lab.clock.now() }]);
    for (let turn = 0; turn < 5; turn += 1) {
      seen.release();
      await lab.settle();
    }
    expect([seen.most, await counts(lab)]).toMatchObject([1, { completed: 5 }]);
  });

  it('gives the slot of one that waits for its next try to the next', async () => {
    const lab = await open();
    const failed = new Set<unknown>();
    const order: string[] = [];
    const flaky = step((context) => {
      const { n } = context.workflow.data as { n: number };
      order.push(`${n}.${context.attempt}`);
      if (failed.has(n)) return next();
      failed.add(n);
      return Promise.reject(new Error('not yet'));
    });
    const node = await lab.join(limited(1, (builder) => void builder.startWith(flaky)));
    await startMany(lab, node, 2);
    expect(order).toEqual(['0.1', '1.1']);

    await lab.pass(120_000, 1_000);

    expect([order.sort(), await counts(lab)]).toMatchObject([['0.1', '0.2', '1.1', '1.2'], { completed: 2 }]);
  });

  it('cancels and pauses at once what has no slot, and resumes it in its turn', async () => {
    const lab = await open();
    const seen = crowd();
    const node = await lab.join(limited(1, (builder) => void builder.startWith(seen.body)));
    const [, cancelled, paused, last] = await startMany(lab, node, 4);

    await node.ops.control(cancelled!, { action: 'cancel' });
    await node.ops.control(paused!, { action: 'pause', reason: 'later' });
    expect(await lab.record(cancelled!)).toMatchObject({ status: 'cancelled' });
    expect(await lab.record(paused!)).toMatchObject({ status: 'paused', statusReason: 'later' });

    await lab.pass(1);
    await node.ops.control(paused!, { action: 'resume' });
    expect(await lab.record(paused!)).toMatchObject({ status: 'paused', control: { action: 'resume' } });
    expect(seen.order).toEqual([0]);
    seen.release();
    await lab.settle();
    expect([seen.order, (await lab.record(last!)).status]).toEqual([[0, 3], 'running']);
    seen.release();
    await lab.settle();
    expect([seen.order, (await lab.record(paused!)).status]).toEqual([[0, 3, 2], 'running']);
  });

  it('cancels what has no slot at its deadline', async () => {
    const lab = await open();
    const seen = crowd();
    const node = await lab.join(limited(1, (builder) => void builder.startWith(seen.body)));
    await startMany(lab, node, 1);
    const deadline = lab.clock.now() + 5_000;
    const id = await lab.start(node.ops, { workflowId: 'limited', deadline });

    await lab.pass(4_999);
    expect(await lab.record(id)).toMatchObject({ status: 'pending', statusReason: 'slot' });
    await lab.pass(1);

    expect(await lab.record(id)).toMatchObject({ status: 'cancelled', statusReason: 'DEADLINE' });
  });

  it('undoes what was done although no slot is free, also after its node has lost it', async () => {
    const lab = await open();
    const seen = crowd();
    const undo = gate();
    const how: Build = (builder) =>
      void builder.startWith(step(next)).saga(
        (saga) =>
          void saga
            .startWith(step(next))
            .compensateWith(undo.body)
            .waitFor('go', () => 'k')
            .then(seen.body),
      );
    const node = await lab.join(limited(1, how));
    const ids = await startMany(lab, node, 2);
    await node.ops.publish({ name: 'go', key: 'k', data: {} });
    await lab.settle();
    const [held] = (await lab.store.list({ status: ['running'] }, { limit: 2 })).items;
    const other = ids.find((id) => id !== held!.id)!;
    expect(await lab.record(other)).toMatchObject({ status: 'pending', statusReason: 'slot' });

    const cancelling = node.ops.control(other, { action: 'cancel' });
    await lab.pass(1_000, 100);
    await cancelling;
    expect(undo.runs).toBe(1);
    await lab.store.takeover(node.host.node!);
    await lab.pass(20_000, 1_000);
    expect([undo.runs, (await lab.record(held!.id)).status]).toEqual([2, 'running']);
    undo.open();
    await lab.settle();

    expect(await lab.record(other)).toMatchObject({ status: 'cancelled' });
  });

  it('hears an event while it has no slot, and goes on with it in its turn', async () => {
    const lab = await open();
    const seen = crowd();
    const node = await lab.join(
      limited(
        1,
        (builder) =>
          void builder
            .startWith(step(next))
            .waitFor('go', () => 'k')
            .then(seen.body),
      ),
    );
    await startMany(lab, node, 3);
    await node.ops.publish({ name: 'go', key: 'k', data: {} });
    await lab.settle();

    expect([seen.atWork, await counts(lab)]).toMatchObject([1, { pending: 2 }]);
    for (let turn = 0; turn < 3; turn += 1) {
      seen.release();
      await lab.settle();
    }
    expect([seen.most, await counts(lab)]).toMatchObject([1, { completed: 3 }]);
  });

  it('goes by the newest version that is registered, for all of them', async () => {
    const lab = await open();
    const seen = crowd();
    const build: Build = (builder) => void builder.startWith(seen.body);
    const { host, ops } = await lab.join(limited(5, build, 1));
    const { compile } = await import('../definition/compiled-definition.js');
    const names = { nameSpace: 'default', name: 'limited', category: 'workflow' } as const;
    await host.register(compile({ ...names, version: 2, component: { build }, concurrency: 2 }));
    for (const version of [1, 2, 1, 2]) await lab.start(ops, { workflowId: 'limited', version });
    expect(seen.atWork).toBe(2);

    await host.register(compile({ ...names, version: 3, component: { build } }));
    await lab.settle();

    expect([seen.atWork, await counts(lab)]).toMatchObject([4, { running: 4 }]);
  });

  it('is not held up by what queues and nobody can run', async () => {
    const lab = await open();
    const seen = crowd();
    const build: Build = (builder) =>
      void builder
        .startWith(step(next))
        .waitFor('go', () => 'k')
        .then(seen.body);
    const { ops } = await lab.join(limited(1, build), { pollIntervalMs: 1e9 });
    for (let n = 0; n < 3; n += 1) await lab.start(ops, { workflowId: 'limited' });
    const stranger = { nameSpace: 'default', name: 'limited', version: '9.0.0' };
    await lab.store.create([aStart('stuck', { ...stranger, workflowId: 'default.limited@9.0.0' })]);
    await ops.publish({ name: 'go', key: 'k', data: {} });
    await lab.settle();
    expect(await lab.record('stuck')).toMatchObject({ status: 'pending', statusReason: 'slot' });
    for (let n = 0; n < 3; n += 1) {
      seen.release();
      await lab.settle();
    }
    expect(await counts(lab)).toMatchObject({ completed: 3, pending: 1 });

    await lab.pass(1);
    const another = await lab.start(ops, { workflowId: 'limited' });
    expect((await lab.record(another)).status).toBe('waiting');
    const signalled = ops.signal(another, {});
    await lab.pass(1_000, 100);
    await signalled;
    expect((await lab.record(another)).status).toBe('running');
  });

  it('does not hold up other workflows', async () => {
    const lab = await open();
    const seen = crowd();
    const node = await lab.join({
      ...limited(1, (builder) => void builder.startWith(seen.body)),
      free: (builder) => void builder.startWith(step(next)),
    });
    await startMany(lab, node, 20);

    const id = await lab.start(node.ops, { workflowId: 'free' });

    expect((await lab.record(id)).status).toBe('completed');
  });

  it('gives a slot that one node gives back to what queues for another at once', async () => {
    const lab = await open();
    const seen = crowd();
    const build: Build = (builder) => void builder.startWith(seen.body);
    const first = await lab.join(limited(1, build, 1));
    const second = await lab.join(limited(1, build, 2));
    await startMany(lab, first, 1);
    const id = await lab.start(second.ops, { workflowId: 'limited' });
    expect(await lab.record(id)).toMatchObject({ version: '2.0.0', status: 'pending' });

    seen.release();
    await lab.settle();

    expect((await lab.record(id)).status).toBe('running');
  });
});
