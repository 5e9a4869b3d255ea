import type { Caller, Commit, CommitReceipt, ControlFacts, JournalRow } from '@workflow-runner/contract';
import { MemoryStore } from '@workflow-runner/store/memory';
import { describe, expect, it } from 'vitest';
import { gate, HostLab, next, step, type LabHost } from '../../../../test/engine/host-lab.js';
import type { WorkflowBuilder } from '../authoring/workflow-builder.js';

type Build = (builder: WorkflowBuilder<Record<string, unknown>>) => void;

const person = (subject: string): Caller => ({ subject, kind: 'user', roles: ['operator'], tenantId: null });
const waits: Build = (builder) => void builder.startWith(step(next)).waitFor('go', () => 'k');

async function rowsWithWish({ ops }: LabHost, id: string): Promise<JournalRow[]> {
  const { items } = await ops.history(id, { limit: 100 });
  return items.filter(({ control }) => control !== null);
}

async function wishes(node: LabHost, id: string): Promise<(ControlFacts | null)[]> {
  return (await rowsWithWish(node, id)).map(({ control }) => control);
}

const by = (subject: string) => ({ subject, kind: 'user' });
const DEADLINE = { action: 'cancel', caller: { subject: 'system', kind: 'system' }, reason: 'DEADLINE' };

describe('the history says who asked for what, when and why', () => {
  it('of a pause and of a resume', async () => {
    const lab = await HostLab.open();
    const node = await lab.join({ waits });
    const id = await lab.start(node.ops, { workflowId: 'waits' });
    const pausedAt = lab.clock.now();
    await node.ops.control(id, { action: 'pause', reason: 'lunch', caller: person('ann') });
    await lab.pass(100);
    await node.ops.control(id, { action: 'resume', caller: person('bob') });

    expect(await wishes(node, id)).toEqual([
      { action: 'pause', caller: by('ann'), reason: 'lunch', askedAt: pausedAt },
      { action: 'resume', caller: by('bob'), reason: null, askedAt: pausedAt + 100 },
    ]);
  });

  it.each(['cancel', 'terminate'] as const)('of a %s', async (action) => {
    const lab = await HostLab.open();
    const node = await lab.join({ waits });
    const id = await lab.start(node.ops, { workflowId: 'waits' });
    await node.ops.control(id, { action, reason: 'a mistake', caller: person('ann') });

    expect((await lab.record(id)).status).toBe('cancelled');
    expect(await wishes(node, id)).toEqual([
      { action, caller: by('ann'), reason: 'a mistake', askedAt: lab.clock.now() },
    ]);
  });

  it('of a retry, without the data that it brought', async () => {
    const lab = await HostLab.open();
    const fails = step((context) =>
      (context.workflow.data as { card?: string }).card
        ? next()
        : Promise.reject(Object.assign(new Error('no card'), { retryable: false })),
    );
    const node = await lab.join({ pays: (builder) => void builder.startWith(fails) });
    const id = await lab.start(node.ops, { workflowId: 'pays' });
    await node.ops.control(id, { action: 'retry', data: { card: '4711' }, caller: person('ann') });
    await lab.settle();

    expect((await lab.record(id)).status).toBe('completed');
    const [row, ...others] = await rowsWithWish(node, id);
    expect(row?.control).toEqual({
      action: 'retry',
      caller: by('ann'),
      reason: null,
      askedAt: lab.clock.now(),
    });
    expect(others).toEqual([]);
  });

  it('of a pause, once what ran has finished', async () => {
    const lab = await HostLab.open();
    const held = gate();
    const node = await lab.join({
      long: (builder) => void builder.startWith(held.body).then(step(next)),
    });
    const id = await lab.start(node.ops, { workflowId: 'long' });
    await node.ops.control(id, { action: 'pause', caller: person('ann') });
    expect(await wishes(node, id)).toEqual([]);
    held.open();
    await lab.settle();

    expect(await rowsWithWish(node, id)).toMatchObject([
      { tell: ['paused'], control: { action: 'pause', caller: by('ann') } },
    ]);
  });

  it('of a deadline that has passed: the system', async () => {
    const lab = await HostLab.open();
    const node = await lab.join({ waits });
    const deadline = lab.clock.now() + 1_000;
    const id = await lab.start(node.ops, { workflowId: 'waits', deadline });
    await lab.pass(1_500);

    expect(await wishes(node, id)).toEqual([{ ...DEADLINE, askedAt: deadline }]);
  });

  it('of each of two wishes that came while a commit was on its way, in a row of its own', async () => {
    const lab = await HostLab.open((clock) => new SlowToAnswer({ clock }));
    const held = gate();
    const node = await lab.join({ long: (builder) => void builder.startWith(held.body) });
    const id = await lab.start(node.ops, { workflowId: 'long' });
    lab.store.holds = true;
    await node.ops.signal(id, 'hello');
    await node.ops.control(id, { action: 'cancel', caller: person('ann') });
    await node.ops.control(id, { action: 'terminate', caller: person('bob') });
    lab.store.answer();
    held.open();
    await lab.settle();

    expect((await lab.record(id)).status).toBe('cancelled');
    expect(await wishes(node, id)).toMatchObject([
      { action: 'cancel', caller: by('ann') },
      { action: 'terminate', caller: by('bob') },
    ]);
  });
});

describe('the history says who asked, where the workflow is not known', () => {
  /** An instance that waits, and a node that does not know its workflow. */
  async function abroad(deadline: number | null = null) {
    const lab = await HostLab.open();
    const first = await lab.join({ waits });
    const id = await lab.start(first.ops, {
      workflowId: 'waits',
      deadline: deadline && lab.clock.now() + deadline,
    });
    await lab.leave(first.host);
    return { lab, id, node: await lab.join({}) };
  }

  it('of a cancel', async () => {
    const { lab, id, node } = await abroad();
    await node.ops.control(id, { action: 'cancel', reason: 'a mistake', caller: person('ann') });

    expect((await lab.record(id)).status).toBe('cancelled');
    expect(await wishes(node, id)).toMatchObject([{ caller: by('ann'), reason: 'a mistake' }]);
  });

  it('of a deadline', async () => {
    const { lab, id, node } = await abroad(60_000);
    await lab.pass(61_000);

    expect((await lab.record(id)).status).toBe('cancelled');
    expect(await wishes(node, id)).toMatchObject([DEADLINE]);
  });
});

/** Writes at once, and answers commits when it is told to. */
class SlowToAnswer extends MemoryStore {
  holds = false;
  answer: () => void = () => undefined;
  private readonly released = new Promise<void>((resolve) => (this.answer = resolve));

  override async commit(asked: Commit): Promise<CommitReceipt> {
    const receipt = await super.commit(asked);
    if (this.holds) await this.released;
    return receipt;
  }
}
