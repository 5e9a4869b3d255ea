import { describe, expect, it } from 'vitest';
import {
  DEFAULT_DATA_LIMITS,
  type AttemptFacts,
  type Commit,
  type CommitReceipt,
  type DataLimits,
} from '@workflow-runner/contract';
import { MemoryStore } from '@workflow-runner/store/memory';
import { gate, HostLab, next, step, type Data } from '../../../../test/engine/host-lab.js';
import type { StepContext } from '../authoring/step-context.js';
import type { WorkflowBuilder } from '../authoring/workflow-builder.js';

const dataOf = (context: StepContext) => context.workflow.data as Data;

type Branch = ReturnType<typeof gate>;

/** An instance with two steps in flight, each held by its gate. */
async function two(guilty: Branch, other: Branch, data: Data = {}, limits: Partial<DataLimits> = {}) {
  const lab = await HostLab.open();
  const build = (builder: WorkflowBuilder<Data>) =>
    void builder
      .startWith(step(next))
      .parallel()
      .do((branch) => branch.startWith(guilty.body).name('guilty'))
      .do((branch) => branch.startWith(other.body).name('other'))
      .join();
  const { ops } = await lab.join({ shared: build }, { limits: { ...DEFAULT_DATA_LIMITS, ...limits } });
  const id = await lab.start(ops, { workflowId: 'shared', data });
  expect([guilty.runs, other.runs]).toEqual([1, 1]);
  const attempts = async (name: string) => {
    const { items } = await lab.store.history(id, { limit: 100 });
    const all = items
      .map(({ attempt }) => attempt)
      .filter((one): one is AttemptFacts => one?.stepName === name);
    return all.map(({ status, errorCode }) => (errorCode ? `${status} ${errorCode}` : status));
  };
  const look = async () => (await ops.get(id))!;
  return { lab, ops, id, attempts, look };
}

async function open(lab: HostLab, branch: Branch): Promise<void> {
  branch.open();
  await lab.settle();
}

describe('What one parallel step leaves in the data and nobody can store', () => {
  it('makes every step that was in flight try again: none completes whose change was dropped', async () => {
    const guilty = gate((context) => {
      dataOf(context)['guilty'] = 'was here';
      if (guilty.runs === 1) dataOf(context)['fn'] = next;
    });
    const other = gate((context) => (dataOf(context)['other'] = 'was here'));
    const { lab, attempts, look } = await two(guilty, other);

    await open(lab, other);
    await open(lab, guilty);
    expect(await attempts('guilty')).toEqual(['retrying DATA_NOT_SERIALIZABLE']);
    expect(await attempts('other')).toEqual(['retrying DATA_NOT_SERIALIZABLE']);
    await lab.pass(2_000, 100);
    await open(lab, other);
    await open(lab, guilty);

    expect(await attempts('guilty')).toEqual(['retrying DATA_NOT_SERIALIZABLE', 'completed']);
    expect(await attempts('other')).toEqual(['retrying DATA_NOT_SERIALIZABLE', 'completed']);
    const { record, data } = await look();
    expect(record.status).toBe('completed');
    expect(data).toEqual({ guilty: 'was here', other: 'was here' });
  });

  it('ends in the failure of the one that does it again when it is alone, with its name', async () => {
    const guilty = gate((context) => (dataOf(context)['fn'] = next));
    const other = gate();
    const { lab, attempts, look } = await two(guilty, other);

    await open(lab, other);
    await open(lab, guilty);
    await lab.pass(2_000, 100);
    dataOf(guilty.context!)['fn'] = 'still harmless';
    await open(lab, other);
    dataOf(guilty.context!)['fn'] = next;
    await open(lab, guilty);

    expect(await attempts('guilty')).toEqual([
      'retrying DATA_NOT_SERIALIZABLE',
      'failed DATA_NOT_SERIALIZABLE',
    ]);
    expect(await attempts('other')).toEqual(['retrying DATA_NOT_SERIALIZABLE', 'completed']);
    const { record } = await look();
    expect(record.failure).toMatchObject({ step: 'guilty', code: 'DATA_NOT_SERIALIZABLE' });
    expect(record.failure!.message).toBe('data.fn: a function cannot be stored');
  });

  it('says which key it was, and that another step may have written it', async () => {
    const guilty = gate((context) => (dataOf(context)['fn'] = next));
    const other = gate();
    const { lab, id } = await two(guilty, other);

    await open(lab, other);

    const { items } = await lab.store.history(id, { limit: 100, order: 'newest' });
    expect(items[0]!.attempt!.errorMessage).toBe(
      'data.fn: a function cannot be stored; a step that ran at the same time may have written it',
    );
  });

  it('is found, too, when a step fails of itself, which keeps its own error', async () => {
    const guilty = gate((context) => (dataOf(context)['fn'] = guilty.runs === 1 ? next : 'fine'));
    const other = gate();
    const { lab, attempts } = await two(guilty, other);

    other.fail(Object.assign(new Error('no answer'), { code: 'ECONNRESET' }));
    await lab.settle();
    await open(lab, guilty);

    expect(await attempts('other')).toEqual(['retrying ECONNRESET']);
    expect(await attempts('guilty')).toEqual(['retrying DATA_NOT_SERIALIZABLE']);
  });

  it('counts as left by several when it is too much for the data', async () => {
    const much = 'x'.repeat(700_000);
    const guilty = gate((context) => guilty.runs === 1 && (dataOf(context)['much'] = [much, much]));
    const other = gate();
    const { lab, attempts, look } = await two(guilty, other, {}, { dataBytes: 1_000_000 });

    await open(lab, other);
    await open(lab, guilty);
    await lab.pass(2_000, 100);
    await open(lab, other);
    await open(lab, guilty);

    expect(await attempts('other')).toEqual(['retrying DATA_TOO_LARGE', 'completed']);
    expect(await attempts('guilty')).toEqual(['retrying DATA_TOO_LARGE', 'completed']);
    expect((await look()).data).toEqual({});
  });

  it('is not tried again by a step that was alone with it', async () => {
    const guilty = gate((context) => (dataOf(context)['fn'] = next));
    const other = gate();
    const { lab, attempts, look } = await two(guilty, other);
    dataOf(guilty.context!)['fn'] = 'harmless';
    await open(lab, other);
    dataOf(guilty.context!)['fn'] = next;

    await open(lab, guilty);

    expect(await attempts('guilty')).toEqual(['failed DATA_NOT_SERIALIZABLE']);
    expect((await look()).record.status).toBe('failed');
  });
});

it('gives each branch a copy of its own of what stands in context.local', async () => {
  const lab = await HostLab.open();
  const guilty = gate((context) => ((context.local['shared'] as Data)['fn'] = next));
  const other = gate();
  const remember = step((context) => ((context.local['shared'] = { n: 1 }), next()));
  const build = (builder: WorkflowBuilder<Data>) =>
    void builder
      .startWith(remember)
      .parallel()
      .do((branch) => branch.startWith(guilty.body))
      .do((branch) => branch.startWith(other.body).name('other'))
      .join();
  const { ops } = await lab.join({ local: build });
  const id = await lab.start(ops, { workflowId: 'local' });

  await open(lab, other);

  const { items } = await lab.store.history(id, { limit: 10, order: 'newest' });
  expect(items[0]!.attempt).toMatchObject({ stepName: 'other', status: 'completed' });
  expect(other.context!.local).toEqual({ shared: { n: 1 } });
});

describe('A commit that brings no result of a step', () => {
  /** Enough of them for a snapshot to be due. */
  const MANY = 210;

  it.each<[string, (context: StepContext) => void]>([
    ['data', (context) => (dataOf(context)['fn'] = next)],
    ['context.local', (context) => (context.local['fn'] = next)],
  ])('does not fail for what a step in flight holds in %s', async (_name, write) => {
    const guilty = gate();
    const other = gate();
    const { lab, ops, id, look } = await two(guilty, other, { large: 'x'.repeat(5_000) });
    write(guilty.context!);

    for (let n = 0; n < MANY; n += 1) {
      await ops.signal(id, { n }, 'nobody');
      await lab.settle();
    }

    const { items } = await lab.store.history(id, { limit: 500 });
    expect(items.filter(({ kind }) => kind === 'delivery')).toHaveLength(MANY);
    expect([guilty.runs, guilty.context!.signal.aborted]).toEqual([1, false]);
    expect((await look()).data).toEqual({ large: 'x'.repeat(5_000) });
  });

  it('leaves data out of a snapshot that no step has settled yet', async () => {
    const other = gate();
    const { lab, ops, id, look } = await two(gate(), other, { large: 'x'.repeat(5_000) });
    dataOf(other.context!)['early'] = true;

    for (let n = 0; n < MANY; n += 1) {
      await ops.signal(id, { n }, 'nobody');
      await lab.settle();
    }

    expect((await look()).record.snapshotRevision).toBeGreaterThan(0);
    expect((await look()).data).not.toHaveProperty('early');
  });
});

/** Keeps commits back while it is told to. */
class HoldsCommits extends MemoryStore {
  held: Promise<void> | null = null;

  override async commit(asked: Commit): Promise<CommitReceipt> {
    await this.held;
    return super.commit(asked);
  }
}

describe('Data that a retry brings', () => {
  const fails = Object.assign(new Error('broken'), { retryable: false });

  async function failed(work: Branch, input: (data: Data) => void = () => undefined) {
    const lab = await HostLab.open((clock) => new HoldsCommits({ clock }));
    const build = (builder: WorkflowBuilder<Data>) =>
      void builder
        .startWith(work.body)
        .name('work')
        .input((_step, data) => input(data));
    const { ops } = await lab.join({ one: build });
    const id = await lab.start(ops, { workflowId: 'one', data: { from: 'start' } });
    work.fail(fails);
    await lab.settle();
    expect((await lab.record(id)).status).toBe('failed');
    const retry = async (data?: Data): Promise<void> => {
      void ops.control(id, { action: 'retry', ...(data && { data }) });
      await lab.settle();
    };
    return { lab, ops, id, retry };
  }

  it('is not taken for seen by a step that was in flight when it came', async () => {
    const work = gate((context) => (dataOf(context)['seen'] = dataOf(context)['from']));
    const { lab, ops, id, retry } = await failed(work);
    let release: () => void = () => undefined;
    lab.store.held = new Promise((resolve) => (release = resolve));
    await retry();
    await retry({ from: 'operator' });
    expect(work.runs).toBe(2);

    release();
    lab.store.held = null;
    await open(lab, work);
    await lab.pass(2_000, 100);
    await open(lab, work);

    const { record, data } = (await ops.get(id))!;
    expect([record.status, data]).toEqual(['completed', { from: 'operator', seen: 'operator' }]);
  });

  it('is kept when the first step leaves something in it at once that cannot be stored', async () => {
    const { ops, id, retry } = await failed(gate(), (data) => {
      if (data['from'] === 'start') return;
      data['fn'] = next;
      throw fails;
    });

    await retry({ from: 'operator' });

    const { record, data } = (await ops.get(id))!;
    expect([record.status, data]).toEqual(['failed', { from: 'operator' }]);
  });
});
