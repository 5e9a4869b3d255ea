import { SYSTEM_CALLER, type Commit, type CommitReceipt } from '@workflow-runner/contract';
import { MemoryStore } from '@workflow-runner/store/memory';
import { describe, expect, it } from 'vitest';
import { HostLab, next, step, type Data } from '../../../../test/engine/host-lab.js';
import type { WorkflowBuilder } from '../authoring/workflow-builder.js';

type Build = (builder: WorkflowBuilder<Data>) => void;

const ran: string[] = [];
const named = (name: string) => step(() => (ran.push(name), next()));
const Before = named('before');
const After = named('after');
const Other = named('other');

const original: Build = (builder) =>
  void builder
    .startWith(Before)
    .waitFor('go', () => 'k')
    .then(After)
    .name('after');
/** What follows the wait is another step now. */
const edited: Build = (builder) =>
  void builder
    .startWith(Before)
    .waitFor('go', () => 'k')
    .then(Other)
    .name('other');
/** The step at which instances wait is gone. */
const shortened: Build = (builder) => void builder.startWith(Before);

/** Keeps commits back while it is told to. */
class HoldsCommits extends MemoryStore {
  private until = Promise.resolve();
  letGo: () => void = () => undefined;

  keepBack(): void {
    this.until = new Promise((resolve) => (this.letGo = resolve));
  }

  override async commit(asked: Commit): Promise<CommitReceipt> {
    await this.until;
    return super.commit(asked);
  }
}

/** An instance that waits, and a node that has registered another definition since. */
async function changed(build: Build) {
  ran.length = 0;
  const lab = await HostLab.open((clock) => new HoldsCommits({ clock }));
  const first = await lab.join({ flow: original });
  const id = await lab.start(first.ops, { workflowId: 'flow' });
  await lab.leave(first.host);
  const after = await lab.join({ flow: build });
  expect(await lab.record(id)).toMatchObject({ status: 'waiting', statusReason: 'definition-changed' });
  return { lab, id, after };
}

/** What another node writes that has taken the request and does not know the workflow. */
const mark = (instanceId: string) => ({
  id: 'wish',
  instanceId,
  tenantId: null,
  mark: { action: 'accept' as const, caller: SYSTEM_CALLER, reason: null },
});

describe('accept', () => {
  it('lets an instance go on where each of its steps is still there', async () => {
    const { lab, id, after } = await changed(edited);

    await after.ops.control(id, { action: 'accept' });
    await after.ops.publish({ name: 'go', key: 'k', data: null });
    await lab.settle();

    expect((await lab.record(id)).status).toBe('completed');
    expect(ran).toEqual(['before', 'other']);
  });

  it('is refused by name where a step is gone at which the instance stands, and changes nothing', async () => {
    const { lab, id, after } = await changed(shortened);
    const before = await lab.record(id);

    await expect(after.ops.control(id, { action: 'accept' })).rejects.toMatchObject({
      code: 'INVALID_TRANSITION',
      message: `Instance ${id} is definition-changed: accept is not possible`,
    });

    expect(await lab.record(id)).toEqual(before);
  });

  it('is of no effect there when a node has written it that could not know', async () => {
    const { lab, id, after } = await changed(shortened);

    await lab.store.control(mark(id));
    await lab.pass(2_000, 100);

    const { record } = (await after.ops.get(id))!;
    expect(record).toMatchObject({ status: 'waiting', statusReason: 'definition-changed', control: null });
    await lab.pass(10_000, 100);
    expect((await lab.record(id)).revision).toBe(record.revision);

    await lab.leave(after.host);
    const right = await lab.join({ flow: original });
    await right.ops.publish({ name: 'go', key: 'k', data: null });
    await lab.settle();
    expect((await lab.record(id)).status).toBe('completed');
    expect(ran).toEqual(['before', 'after']);
  });

  it('waits for a node that has the workflow when another one takes the request', async () => {
    const { lab, id, after } = await changed(edited);
    await lab.leave(after.host);
    const stranger = await lab.join({});

    await stranger.ops.control(id, { action: 'accept' });
    await lab.pass(2_000, 100);
    const again = await lab.join({ flow: edited });
    await again.ops.publish({ name: 'go', key: 'k', data: null });
    await lab.settle();

    expect((await lab.record(id)).status).toBe('completed');
    expect(ran).toEqual(['before', 'other']);
  });

  it.each([
    ['by a node that has the edited workflow', { flow: edited }],
    ['by a node that does not know the workflow', {}],
  ])('is not lost when it comes while the instance is put aside %s', async (_name, workflows) => {
    const { lab, id, after } = await changed(edited);
    await lab.leave(after.host);
    // A reason to look at it.
    await lab.store.control({ ...mark(id), id: 'before', mark: { ...mark(id).mark, action: 'pause' } });
    lab.store.keepBack();
    const looking = await lab.join(workflows);
    expect((await lab.record(id)).owner).toEqual(looking.host.node);

    await lab.store.control(mark(id));
    lab.store.letGo();
    await lab.settle();
    const again = await lab.join({ flow: edited });
    await again.ops.publish({ name: 'go', key: 'k', data: null });
    await lab.settle();

    expect((await lab.record(id)).status).toBe('completed');
    expect(ran).toEqual(['before', 'other']);
  });
});
