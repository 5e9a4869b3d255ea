import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteStore } from '@workflow-runner/store/sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { gate, HostLab, next, step, workflow, type Data } from '../../../../test/engine/host-lab.js';
import {
  CLOSE_MS,
  napper,
  openLab,
  QUIET,
  SLEEP_MS,
  standingBy,
} from '../../../../test/engine/standby-lab.js';
import type { WorkflowBuilder } from '../authoring/workflow-builder.js';
import { ExecutionResult } from '../authoring/workflow-es.js';
import { compile } from '../definition/compiled-definition.js';

/** Has a step that does not end. */
const long = (builder: WorkflowBuilder<Data>): void => void builder.startWith(gate().body);

describe('An instance that sleeps', () => {
  it('stands by a little before its moment, and shows what it waits for as before', async () => {
    const { lab, host, ops, id, work, momentAt } = await standingBy();

    expect(host.activeCount).toBe(0);
    const timer = { waitingFor: 'timer', until: momentAt };
    expect((await ops.why(id)).pointers).toMatchObject([timer, { waitingFor: 'event', eventName: 'go' }]);
    await lab.pass(CLOSE_MS - 1);
    expect(work.runs).toBe(0);
  });

  it('begins at its moment, although no claim is answered then', async () => {
    const { lab, work } = await standingBy();
    lab.store.answers = new Promise(() => undefined);

    await lab.pass(CLOSE_MS);

    expect(work.runs).toBe(1);
    // 0 is now: it sees itself running.
    expect(work.context?.workflow.nextExecution).toBe(0);
  });

  it('shows as running a moment after it has begun, also when the store was away at first', async () => {
    const { lab, id } = await standingBy();
    lab.store.failsToMark = true;
    await lab.pass(CLOSE_MS + 300, 50);
    expect((await lab.record(id)).status).toBe('waiting');

    lab.store.failsToMark = false;
    await lab.pass(300);

    expect((await lab.record(id)).status).toBe('running');
  });
});

describe('What stands by', () => {
  it('holds no lane, and takes its turn when none is free at its moment', async () => {
    const { lab, host, ops, id, work } = await standingBy({ maxConcurrentWorkflows: 1 });
    const other = gate();
    await host.register(compile(workflow('other', (builder) => void builder.startWith(other.body))));
    await lab.start(ops, { workflowId: 'other' });
    expect(other.runs).toBe(1);

    await lab.pass(CLOSE_MS + 100);
    expect(work.runs).toBe(0);
    expect(await lab.record(id)).toMatchObject({ status: 'waiting', owner: null });
    other.open();
    await lab.settle();

    expect(work.runs).toBe(1);
  });

  it('begins in the order of rank where lanes are few', async () => {
    const lab = await openLab();
    const [long, begun] = [gate(), [] as string[]];
    const wake = step((context) => {
      if (!context.persistenceData)
        return ExecutionResult.sleep((context.workflow.data as { until: Date }).until, true);
      begun.push((context.workflow.data as { name: string }).name);
      return next();
    });
    const workflows = {
      naps: (builder: WorkflowBuilder<Data>) => void builder.startWith(wake),
      long: (builder: WorkflowBuilder<Data>) => void builder.startWith(long.body),
    };
    const { ops } = await lab.join(workflows, { ...QUIET, maxConcurrentWorkflows: 3 });
    const until = new Date(lab.clock.now() + SLEEP_MS);
    const nap = (name: 'low' | 'critical') =>
      lab.start(ops, { workflowId: 'naps', priority: name, data: { name, until } });
    await nap('low');
    await lab.pass(SLEEP_MS - CLOSE_MS, 50);
    // Claimed later than the other one.
    await nap('critical');
    await lab.pass(CLOSE_MS - 1, 50);
    for (let lane = 0; lane < 2; lane += 1) await lab.start(ops, { workflowId: 'long' });

    await lab.pass(1);

    expect(begun).toEqual(['critical', 'low']);
  });

  it('begins at once for what it waits for beside its moment', async () => {
    const { lab, ops, id, heard, momentAt, work } = await standingBy();

    await ops.publish({ name: 'go', key: 'k', data: 'early' });
    await lab.settle();

    expect(heard).toEqual(['early']);
    expect(await lab.record(id)).toMatchObject({ status: 'waiting', wakeAt: momentAt, owner: null });
    await lab.pass(CLOSE_MS);
    expect(work.runs).toBe(1);
    work.open();
    await lab.settle();
    expect((await lab.record(id)).status).toBe('completed');
  });

  it('shows as running at once when it has begun before its moment', async () => {
    const { lab, ops, id, answer } = await onSqlite();

    await ops.publish({ name: 'go', key: 'k', data: 'early' });
    await lab.settle();

    expect(answer.runs).toBe(1);
    expect((await lab.record(id)).status).toBe('running');
  });

  it('sleeps on after a message for which it does not wait', async () => {
    const { lab, ops, id, heard, momentAt, work } = await standingBy();

    await ops.signal(id, 'early', 'no step of it');
    await lab.settle();

    expect(await lab.store.load(id)).toMatchObject({
      record: { status: 'waiting', wakeAt: momentAt, owner: null },
      inbox: [],
    });
    expect([heard, work.runs]).toEqual([[], 0]);
    await lab.pass(CLOSE_MS);
    expect(work.runs).toBe(1);
  });

  it.each([
    ['pause', 'paused'],
    ['cancel', 'cancelled'],
  ] as const)('obeys before a %s resolves, also with no lane free', async (action, status) => {
    const { lab, host, ops, id } = await standingBy({ maxConcurrentWorkflows: 1 });
    await host.register(compile(workflow('other', (builder) => void builder.startWith(gate().body))));
    await lab.start(ops, { workflowId: 'other' });

    await ops.control(id, { action, reason: 'enough' });

    expect(await lab.record(id)).toMatchObject({ status, statusReason: 'enough', owner: null });
  });

  it('obeys before a wish resolves where the store answers later, too', async () => {
    const { lab, ops, id } = await onSqlite();

    await ops.control(id, { action: 'pause' });

    expect(await lab.record(id)).toMatchObject({ status: 'paused', owner: null });
  });

  it('takes its turn for a message when no lane is free', async () => {
    const { lab, host, ops, id, heard } = await standingBy({ maxConcurrentWorkflows: 1 });
    const other = gate();
    await host.register(compile(workflow('other', (builder) => void builder.startWith(other.body))));
    await lab.start(ops, { workflowId: 'other' });

    await ops.publish({ name: 'go', key: 'k', data: 'early' });
    await lab.settle();
    expect(await lab.record(id)).toMatchObject({ owner: null, wakeAt: lab.clock.now() });
    other.open();
    await lab.settle();

    expect(heard).toEqual(['early']);
  });

  it('is cancelled at its deadline', async () => {
    const lab = await openLab();
    const { work, build } = napper(lab.clock);
    const { ops } = await lab.join({ nap: build }, QUIET);
    const deadline = lab.clock.now() + SLEEP_MS - 1;
    const id = await lab.start(ops, { workflowId: 'nap', deadline });

    await lab.pass(SLEEP_MS - 2, 50);
    expect((await lab.record(id)).status).toBe('waiting');
    await lab.pass(1);

    expect(await lab.record(id)).toMatchObject({ status: 'cancelled', statusReason: 'DEADLINE' });
    expect(work.runs).toBe(0);
  });
});

/** An instance that stands by on a node with a store whose plain commits leave its own row alone. */
async function onSqlite() {
  const lab = await HostLab.open((clock) => {
    const folder = mkdtempSync(join(tmpdir(), 'standby-'));
    const store = new SqliteStore({ path: join(folder, 'workflows.db'), clock });
    onTestFinished(async () => {
      await store.close();
      rmSync(folder, { recursive: true });
    });
    return store;
  });
  const answer = gate();
  const { ops, host } = await lab.join({ nap: napper(lab.clock, answer.body).build }, QUIET);
  const id = await lab.start(ops, { workflowId: 'nap' });
  await lab.pass(SLEEP_MS - CLOSE_MS, 50);
  expect(await lab.record(id)).toMatchObject({ status: 'waiting', owner: host.node });
  return { lab, ops, id, answer };
}

describe('What stands by on a node', () => {
  it('that stops is given back at once as it was, and another one runs it at its moment', async () => {
    const { lab, host, ops, second, id, work, momentAt } = await standingBy();
    const long = gate();
    await host.register(compile(workflow('long', (builder) => void builder.startWith(long.body))));
    await lab.start(ops, { workflowId: 'long' });
    const other = await second();

    const stopped = host.stop(SLEEP_MS);
    await lab.settle();
    const { node } = other.host;
    expect(await lab.record(id)).toMatchObject({ status: 'waiting', wakeAt: momentAt, owner: node });
    await lab.pass(CLOSE_MS, 50);

    expect(work.runs).toBe(1);
    expect((await lab.record(id)).owner).toEqual(node);
    long.open();
    await lab.pass(SLEEP_MS, 500);
    await stopped;
  });

  it('that stops before it hears of its claim is given back as soon as it does', async () => {
    const lab = await openLab();
    const { build } = napper(lab.clock);
    const { host, ops } = await lab.join({ nap: build, long }, QUIET);
    const id = await lab.start(ops, { workflowId: 'nap' });
    await lab.start(ops, { workflowId: 'long' });
    let answer: () => void = () => undefined;
    lab.store.answers = new Promise((resolve) => (answer = resolve));
    await lab.pass(SLEEP_MS - CLOSE_MS, 50);
    expect((await lab.record(id)).owner).toEqual(host.node);

    const stopped = host.stop(SLEEP_MS);
    await lab.settle();
    answer();
    await lab.settle();

    expect(await lab.record(id)).toMatchObject({ status: 'waiting', owner: null });
    await lab.pass(SLEEP_MS, 500);
    await stopped;
  });

  it('whose epoch is over is dropped, and runs at its moment under the next one, once', async () => {
    const { lab, host, id, work } = await standingBy({ leaseMs: 150, pollIntervalMs: 100 });
    const before = host.node!;

    await lab.store.takeover(before);
    await lab.pass(CLOSE_MS - 1, 10);
    expect(work.runs).toBe(0);
    await lab.pass(1_000, 100);

    expect(work.runs).toBe(1);
    expect(host.node!.epoch).toBe(before.epoch + 1);
    expect(await lab.record(id)).toMatchObject({ owner: host.node, crashes: 0 });
  });

  it('that has forgotten its workflow runs elsewhere', async () => {
    const { lab, host, second, id, work } = await standingBy();
    const other = await second();

    host.unregister('nap');
    await lab.pass(CLOSE_MS);

    expect(work.runs).toBe(1);
    expect((await lab.record(id)).owner).toEqual(other.host.node);
  });

  it('that has learned of a limit needs a slot', async () => {
    const lab = await openLab();
    const { work, build } = napper(lab.clock);
    const { host, ops } = await lab.join({ nap: build }, QUIET);
    const ids = [await lab.start(ops, { workflowId: 'nap' }), await lab.start(ops, { workflowId: 'nap' })];
    await lab.pass(SLEEP_MS - CLOSE_MS, 50);

    await host.register(compile(workflow('nap', { concurrency: 1, version: 2, build })));
    await lab.pass(CLOSE_MS);

    expect(work.runs).toBe(1);
    const records = await Promise.all(ids.map((id) => lab.record(id)));
    expect(records.map(({ statusReason }) => statusReason).sort()).toEqual([null, 'slot']);
  });
});
