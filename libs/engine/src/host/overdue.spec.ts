import { MemoryStore } from '@workflow-runner/store/memory';
import type { ClaimRequest, LoadedInstance, NodeIdentity } from '@workflow-runner/contract';
import { describe, expect, it } from 'vitest';
import { HostLab, next, step } from '../../../../test/engine/host-lab.js';
import type { WorkflowBuilder } from '../authoring/workflow-builder.js';

type Build = (builder: WorkflowBuilder<Record<string, unknown>>) => void;

const DEADLINE_MS = 10_300;

/** Counts what is claimed. */
class CountsClaims extends MemoryStore {
  claimed = 0;

  override async claim(node: NodeIdentity, request: ClaimRequest): Promise<readonly LoadedInstance[]> {
    const loaded = await super.claim(node, request);
    this.claimed += loaded.length;
    return loaded;
  }
}

const waits: Build = (builder) => void builder.startWith(step(next)).waitFor('go', () => 'k');

/** Waits with something to undo. */
function undoes(undone: string[]): Build {
  const undo = step(() => (undone.push('undone'), next()));
  return (builder) =>
    void builder.startWith(step(next)).saga(
      (saga) =>
        void saga
          .startWith(step(next))
          .compensateWith(undo)
          .waitFor('go', () => 'k'),
    );
}

/** An instance that rests with a deadline, and the node that has started it. */
async function left(lab: HostLab<CountsClaims>, build: Build) {
  const first = await lab.join({ gone: build });
  const deadline = lab.clock.now() + DEADLINE_MS;
  const id = await lab.start(first.ops, { workflowId: 'gone', deadline });
  return { first, id };
}

describe('The deadline of an instance whose workflow nobody has', () => {
  it.each(['waiting', 'paused'])('cancels it at its time while it is %s', async (status) => {
    const lab = await HostLab.open((clock) => new CountsClaims({ clock }));
    const { first, id } = await left(lab, waits);
    if (status === 'paused') await first.ops.control(id, { action: 'pause', reason: 'later' });
    await lab.leave(first.host);
    await lab.join({});
    expect((await lab.record(id)).status).toBe(status);
    const { deadlineAt } = await lab.record(id);

    await lab.pass(deadlineAt! - lab.clock.now() - 1, 100);
    expect((await lab.record(id)).status).toBe(status);
    await lab.pass(1);

    expect(await lab.record(id)).toMatchObject({ status: 'cancelled', statusReason: 'DEADLINE' });
    expect((await lab.record(id)).endedAt).toBe(deadlineAt);
  });

  it('cancels one that nobody has run yet', async () => {
    const lab = await HostLab.open((clock) => new CountsClaims({ clock }));
    const { ops, host } = await lab.join({ gone: waits }, { execute: false });
    const id = await lab.start(ops, { workflowId: 'gone', deadline: lab.clock.now() + DEADLINE_MS });
    await lab.leave(host);
    await lab.join({});

    await lab.pass(DEADLINE_MS, 100);

    expect(await lab.record(id)).toMatchObject({ status: 'cancelled', statusReason: 'DEADLINE' });
  });

  it.each(['waiting', 'paused'])(
    'is kept, %s or not, until somebody can undo what was done, and not looked at again and again',
    async (status) => {
      const lab = await HostLab.open((clock) => new CountsClaims({ clock }));
      const undone: string[] = [];
      const { first, id } = await left(lab, undoes(undone));
      if (status === 'paused') await first.ops.control(id, { action: 'pause' });
      await lab.leave(first.host);
      const stranger = await lab.join({ other: waits });

      lab.store.claimed = 0;
      await lab.pass(60_000, 100);
      expect(lab.store.claimed).toBe(1);
      expect(await lab.record(id)).toMatchObject({ status: 'waiting', overdueAt: null });

      const heir = await lab.join({ gone: undoes(undone) });
      expect(undone).toEqual(['undone']);
      expect(await lab.record(id)).toMatchObject({ status: 'cancelled', statusReason: 'DEADLINE' });
      await lab.leave(stranger.host);
      await lab.leave(heir.host);
    },
  );

  it('goes before a wish that only a node with the workflow could grant', async () => {
    const lab = await HostLab.open((clock) => new CountsClaims({ clock }));
    const { first, id } = await left(lab, undoes([]));
    await lab.leave(first.host);
    const stranger = await lab.join({});
    lab.store.claimed = 0;

    await stranger.ops.control(id, { action: 'accept' });
    expect(lab.store.claimed).toBe(0);
    await lab.pass(60_000, 100);

    expect(await lab.record(id)).toMatchObject({ status: 'waiting', overdueAt: null, control: null });
    expect(lab.store.claimed).toBe(1);
  });

  it('leaves a failed one alone until somebody retries it', async () => {
    const lab = await HostLab.open((clock) => new CountsClaims({ clock }));
    const broken = Object.assign(new Error('broken'), { retryable: false });
    const { first, id } = await left(
      lab,
      (builder) => void builder.startWith(step(() => Promise.reject(broken))),
    );
    await lab.join({});

    await lab.pass(60_000, 100);
    expect(await lab.record(id)).toMatchObject({ status: 'failed', overdueAt: null });

    await first.ops.control(id, { action: 'retry' });
    await lab.settle();
    expect(await lab.record(id)).toMatchObject({ status: 'cancelled', statusReason: 'DEADLINE' });
  });

  it('does not make two nodes take it from each other while what undoes it waits', async () => {
    const lab = await HostLab.open((clock) => new CountsClaims({ clock }));
    const undo: Build = (builder) =>
      void builder.startWith(step(next)).saga(
        (saga) =>
          void saga
            .startWith(step(next))
            .compensateWithSequence((steps) => void steps.startWith(step(next)).waitFor('undo', () => 'k'))
            .waitFor('go', () => 'k'),
      );
    const { id } = await left(lab, undo);
    await lab.join({});

    await lab.pass(DEADLINE_MS, 100);
    const { revision } = await lab.record(id);
    expect((await lab.store.subscriptions({ instanceId: id })).map(({ name }) => name)).toEqual(['undo']);
    lab.store.claimed = 0;
    await lab.pass(60_000, 100);

    expect(await lab.record(id)).toMatchObject({ status: 'waiting', revision });
    expect(lab.store.claimed).toBe(0);
  });
});
