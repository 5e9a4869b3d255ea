import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_DATA_LIMITS, signalBytes } from '@workflow-runner/contract';
import type { Commit, CommitReceipt, Store } from '@workflow-runner/contract';
import { MemoryStore } from '@workflow-runner/store/memory';
import { SqliteStore } from '@workflow-runner/store/sqlite';
import type { ManualClock } from '@workflow-runner/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { gate, HostLab, next, step, type LabHost } from '../../../../test/engine/host-lab.js';
import type { WorkflowBuilder } from '../authoring/workflow-builder.js';
import type { StepBuilder } from '../authoring/step-builder.js';
import type { StepBody } from '../authoring/workflow-es.js';

interface Data {
  got?: unknown[];
}
type Chain = StepBuilder<StepBody, Data>;

const keep = (body: unknown, data: Data): void => {
  data.got = [...(data.got ?? []), (body as { eventData: unknown }).eventData];
};

/** Three waits one after another, which only signals for `later` end. */
function laterWaits(chain: Chain): Chain {
  for (let wait = 0; wait < 3; wait += 1) {
    chain = chain
      .waitFor('never', () => 'k')
      .name('later')
      .output(keep) as Chain;
  }
  return chain;
}

const one = signalBytes('"s1"');
const limits = { ...DEFAULT_DATA_LIMITS, signalBytes: 3 * one + 1 };
const FULL = { code: 'SIGNAL_LIMIT_REACHED', limitBytes: limits.signalBytes, retryable: true };

const stores: Record<string, (clock: ManualClock) => Store> = {
  memory: (clock) => new MemoryStore({ clock }),
  sqlite: (clock) => {
    const folder = mkdtempSync(join(tmpdir(), 'signals-'));
    const store = new SqliteStore({ path: join(folder, 'workflows.db'), clock });
    onTestFinished(async () => {
      await store.close();
      rmSync(folder, { recursive: true });
    });
    return store;
  },
};

async function fill({ ops }: LabHost, lab: HostLab<Store>, id: string): Promise<void> {
  for (const signal of ['s1', 's2', 's3']) {
    await ops.signal(id, signal, 'later');
    await lab.settle();
  }
  await expect(ops.signal(id, 's4', 'later')).rejects.toMatchObject(FULL);
}

describe.each(Object.keys(stores))('signals that nobody has waited for yet (%s)', (kind) => {
  const open = (): Promise<HostLab<Store>> => HostLab.open(stores[kind]);

  it('are taken up to the limit during a long step, and reach the waits after a restart', async () => {
    const lab = await open();
    const held = gate();
    const build = (builder: WorkflowBuilder<Data>): void =>
      void laterWaits(builder.startWith<StepBody>(held.body));
    const first = await lab.join({ long: build }, { limits });
    const id = await lab.start(first.ops, { workflowId: 'long' });
    await fill(first, lab, id);
    await lab.leave(first.host);

    const second = await lab.join({ long: build }, { limits });
    await lab.settle();
    await expect(second.ops.signal(id, 's4', 'later')).rejects.toMatchObject(FULL);
    held.open();
    await lab.settle();

    expect(await second.ops.get(id)).toMatchObject({
      record: { status: 'completed' },
      data: { got: ['s1', 's2', 's3'] },
    });
  });

  it('are taken up to the limit at rest, and reach the waits after a restart', async () => {
    const lab = await open();
    const build = (builder: WorkflowBuilder<Data>): void =>
      void laterWaits(builder.startWith(step(next)).waitFor('go', () => 'k') as Chain);
    const first = await lab.join({ rests: build }, { limits });
    const id = await lab.start(first.ops, { workflowId: 'rests' });
    await fill(first, lab, id);
    await lab.leave(first.host);

    const second = await lab.join({ rests: build }, { limits });
    await expect(second.ops.signal(id, 's4', 'later')).rejects.toMatchObject(FULL);
    await second.ops.publish({ name: 'go', key: 'k' });
    await lab.settle();

    expect(await second.ops.get(id)).toMatchObject({
      record: { status: 'completed' },
      data: { got: ['s1', 's2', 's3'] },
    });
  });

  it('leave room again as soon as a step has taken one, which no other gets after a restart', async () => {
    const lab = await open();
    const held = gate();
    const build = (builder: WorkflowBuilder<Data>): void => {
      const first = builder
        .startWith(step(next))
        .waitFor('go', () => 'k')
        .waitFor('never', () => 'k')
        .name('later')
        .then<StepBody>(held.body);
      laterWaits(first);
    };
    const node = await lab.join({ goes: build }, { limits });
    const id = await lab.start(node.ops, { workflowId: 'goes' });
    await fill(node, lab, id);
    await node.ops.publish({ name: 'go', key: 'k' });
    await lab.settle();
    expect(held.runs).toBe(1);
    await node.ops.signal(id, 's4', 'later');
    await expect(node.ops.signal(id, 's5', 'later')).rejects.toMatchObject(FULL);
    await lab.leave(node.host);

    const second = await lab.join({ goes: build }, { limits });
    held.open();
    await lab.settle();

    expect((await second.ops.get(id))?.data).toEqual({ got: ['s2', 's3', 's4'] });
  });

  it('that were sent to a workflow which is not known reach their wait when it is known again', async () => {
    const lab = await open();
    const build = (builder: WorkflowBuilder<Data>): void =>
      void laterWaits(builder.startWith<StepBody>(step(next)));
    const edited = (builder: WorkflowBuilder<Data>): void =>
      void builder.startWith(step(next)).then(step(next)).then(step(next));
    const first = await lab.join({ w: build });
    const id = await lab.start(first.ops, { workflowId: 'w' });
    await lab.leave(first.host);
    const second = await lab.join({ w: edited });
    for (const [signal, name] of [
      ['s1', 'later'],
      ['s2', ''],
    ] as const)
      await second.ops.signal(id, signal, name);
    await lab.settle();
    expect((await lab.record(id)).statusReason).toBe('definition-changed');
    await lab.leave(second.host);

    const third = await lab.join({ w: build });
    await lab.settle();

    expect((await third.ops.get(id))?.data).toEqual({ got: ['s1', 's2'] });
  });
});

/** A store as an older version of a node leaves it: what is kept is not counted. */
class Older extends MemoryStore {
  isOld = true;

  override commit(asked: Commit): Promise<CommitReceipt> {
    return super.commit(this.isOld ? { ...asked, columns: null } : asked);
  }
}

it('signals that an older version has kept count again from the next rest on', async () => {
  const lab = await HostLab.open((clock) => new Older({ clock }));
  const node = await lab.join(
    { w: (builder) => void laterWaits(builder.startWith(step(next)).waitFor('go', () => 'k') as Chain) },
    { limits },
  );
  const id = await lab.start(node.ops, { workflowId: 'w' });
  for (const signal of ['s1', 's2', 's3', 's4']) await node.ops.signal(id, signal, 'later');
  await lab.settle();
  lab.store.isOld = false;
  await node.ops.control(id, { action: 'pause' });
  await lab.settle();

  await expect(node.ops.signal(id, 's5', 'later')).rejects.toMatchObject(FULL);
  await node.ops.control(id, { action: 'resume' });
  await node.ops.publish({ name: 'go', key: 'k' });
  await lab.settle();
  expect((await node.ops.get(id))?.data).toEqual({ got: ['s1', 's2', 's3'] });
});

it('however many signals are kept, one more, or an event, writes what it brings and no more', async () => {
  const lab = await HostLab.open();
  const held = gate();
  const build = (builder: WorkflowBuilder<Data>): void =>
    void builder
      .startWith(step(next))
      .parallel()
      .do((branch) => branch.startWith(held.body))
      .do((branch) => void branch.startWith(step(next)).waitFor('go', () => 'k'))
      .join();
  const node = await lab.join({ both: build });
  const id = await lab.start(node.ops, { workflowId: 'both' });
  const before = await changes(node, id);
  for (let signal = 100; signal < 200; signal += 1) await node.ops.signal(id, signal, 'later');
  await lab.settle();
  const kept = (await changes(node, id)).slice(before.length);
  await node.ops.publish({ name: 'go', key: 'k' });
  await lab.settle();
  const after = (await changes(node, id)).slice(before.length + kept.length);

  expect(kept.map(({ length }) => length)).toEqual(kept.map(() => kept[0]!.length));
  for (const { length } of after) expect(length).toBeLessThan(1_000);
  const formats = (texts: string[]) => new Set(texts.map((text) => (JSON.parse(text) as { v: number }).v));
  expect([formats(before), formats(kept)]).toEqual([new Set([1]), new Set([2])]);
});

async function changes({ ops }: LabHost, id: string): Promise<string[]> {
  return (await ops.history(id, { limit: 500 })).items.map(({ change }) => change);
}

it('a signal that is larger than all that may wait is too large', async () => {
  const lab = await HostLab.open();
  const node = await lab.join(
    { w: (builder) => void builder.startWith(step(next)).waitFor('go', () => 'k') },
    { limits: { ...limits, signalBytes: 1_024 } },
  );
  const id = await lab.start(node.ops, { workflowId: 'w' });

  await expect(node.ops.signal(id, 'x'.repeat(767))).rejects.toMatchObject({ code: 'DATA_TOO_LARGE' });
  await node.ops.signal(id, 'x'.repeat(766));
});
