import { CodedStore } from '@workflow-runner/store/coded';
import { MemoryStore } from '@workflow-runner/store/memory';
import { describe, expect, it } from 'vitest';
import { HostLab, next, step, type Data } from '../../../../test/engine/host-lab.js';
import type { WorkflowBuilder } from '../authoring/workflow-builder.js';

const undone: string[] = [];
const Passes = step(next);
const Fails = step(() =>
  Promise.reject(Object.assign(new Error('over'), { retryable: false, code: 'EOVER' })),
);
const Undoes = step(() => (undone.push('undone'), next()));

/** Fails beside an open saga with a step in it that a cancel would undo. */
const fails = (builder: WorkflowBuilder<Data>): void =>
  void builder
    .startWith(Passes)
    .parallel()
    .do((branch) =>
      branch.startWith(Passes).saga((saga) =>
        saga
          .startWith(Passes)
          .compensateWith(Undoes)
          .waitFor('never', () => 'k'),
      ),
    )
    .do((branch) => branch.startWith(Passes).then(Passes).then(Passes).then(Passes).then(Fails))
    .join();
const waits = (builder: WorkflowBuilder<Data>): void =>
  void builder.startWith(Passes).waitFor('go', () => 'k');

const workflows = { fails, waits };
const ann = { subject: 'ann', kind: 'user', roles: [], tenantId: null } as const;

async function failed(lab: HostLab<MemoryStore | CodedStore>) {
  undone.length = 0;
  const node = await lab.join(workflows);
  const id = await lab.start(node.ops, { workflowId: 'fails' });
  expect((await lab.record(id)).status).toBe('failed');
  return { ...node, id };
}

describe('discard', () => {
  it('ends what has failed as cancelled, with its error and who gave it up for which reason', async () => {
    const lab = await HostLab.open();
    const { ops, id } = await failed(lab);

    await ops.control(id, { action: 'discard', reason: 'not worth it', caller: ann });

    expect(await lab.record(id)).toMatchObject({
      status: 'cancelled',
      statusReason: 'not worth it',
      failure: { message: 'over', code: 'EOVER' },
      owner: null,
    });
    expect(undone).toEqual([]);
    const { items } = await ops.history(id, { limit: 1, order: 'newest' });
    const control = { action: 'discard', reason: 'not worth it', caller: { subject: 'ann' } };
    expect(items).toMatchObject([{ kind: 'control', control, tell: ['cancelled'] }]);
    await expect(ops.control(id, { action: 'retry' })).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
  });

  it('is done by a node that does not know the workflow', async () => {
    const lab = await HostLab.open();
    const { host, id } = await failed(lab);
    await lab.leave(host);
    const stranger = await lab.join({});

    await stranger.ops.control(id, { action: 'discard', reason: 'its workflow is gone' });

    expect(await lab.record(id)).toMatchObject({
      status: 'cancelled',
      statusReason: 'its workflow is gone',
    });
  });

  it('needs nothing of a state that nobody can read', async () => {
    const keys = { isThere: true };
    const decode = (text: string): string => {
      if (!keys.isThere) throw new Error('no key');
      return text;
    };
    const codec = { encode: (text: string) => text, decode };
    const lab = await HostLab.open((clock) => new CodedStore({ store: new MemoryStore({ clock }), codec }));
    const { host, id } = await failed(lab);
    await lab.leave(host);
    keys.isThere = false;
    const after = await lab.join(workflows);

    await after.ops.control(id, { action: 'discard', reason: 'its key is lost' });
    await lab.settle();

    expect(await lab.record(id)).toMatchObject({ status: 'cancelled', statusReason: 'its key is lost' });
  });

  it('is refused from every other status, and changes nothing', async () => {
    const lab = await HostLab.open();
    const { ops } = await lab.join(workflows);
    const id = await lab.start(ops, { workflowId: 'waits' });
    const refused = async (status: string) => {
      const before = await lab.record(id);
      expect(before.status).toBe(status);
      await expect(ops.control(id, { action: 'discard' })).rejects.toMatchObject({
        code: 'INVALID_TRANSITION',
        status,
      });
      expect(await lab.record(id)).toEqual(before);
    };

    await refused('waiting');
    await ops.control(id, { action: 'pause' });
    await refused('paused');
    await ops.control(id, { action: 'cancel' });
    await refused('cancelled');
  });
});
