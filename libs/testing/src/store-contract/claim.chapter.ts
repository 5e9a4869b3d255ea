import { expect, it } from 'vitest';
import type { Lab } from './lab.js';
import { WORKFLOW } from './lab.js';
import { resting, running } from './owned-instance.js';
import { aCommit, aMark, aRest, aStart } from './samples.js';

/** What a node has that does not have the suite's workflow. */
const OTHER = ['other.one@1.0.0'];

export function claimChapter(lab: Lab): void {
  it('gives a due instance to the node that claims it, running, under a new fence', async () => {
    const node = await lab.join();
    await lab.store.create([aStart('i1')]);

    const [loaded] = await lab.claimDue(node);

    expect(loaded).toMatchObject({
      record: { id: 'i1', status: 'running', owner: node, fence: 1, startedAt: lab.clock.now() },
      snapshot: '{"at":0}',
      tail: [],
      inbox: [],
    });
  });

  it('never gives one instance to two nodes', async () => {
    const second = await lab.second();
    const [a, b] = [await lab.join('a'), await lab.join('b', second)];
    await lab.store.create(Array.from({ length: 40 }, (_, i) => aStart(`i${i}`)));

    const claims = await Promise.all([
      ...Array.from({ length: 8 }, () => lab.claimDue(a, 3)),
      ...Array.from({ length: 8 }, () => lab.claimDue(b, 3, second)),
    ]);

    const ids = claims.flat().map(({ record }) => record.id);
    expect(ids).toHaveLength(40);
    expect(new Set(ids).size).toBe(40);
  });

  it('gives no more than was asked for', async () => {
    const node = await lab.join();
    await lab.store.create([aStart('i1'), aStart('i2'), aStart('i3')]);

    expect(await lab.claimDue(node, 2)).toHaveLength(2);
    expect(await lab.claimDue(node, 2)).toHaveLength(1);
  });

  it('leaves alone what another node owns, also when it is asked for by id', async () => {
    const [a, b] = [await lab.join('a'), await lab.join('b')];
    await running(lab, 'i1', a);

    const got = await lab.store.claim(b, { limit: 9, workflowIds: [WORKFLOW], instanceIds: ['i1'] });

    expect(got).toEqual([]);
  });

  it('gives named instances whether they are due or not, unless they have ended', async () => {
    const node = await lab.join();
    await lab.store.create([aStart('later', { delayUntil: lab.clock.now() + 9_000 })]);
    await resting(lab, 'asleep', node);
    await resting(lab, 'paused', node, 'paused');
    for (const status of ['completed', 'cancelled', 'failed'] as const)
      await resting(lab, status, node, status);

    const instanceIds = ['later', 'asleep', 'paused', 'completed', 'cancelled', 'failed', 'unknown'];
    const got = await lab.store.claim(node, { limit: 9, workflowIds: [WORKFLOW], instanceIds });

    expect(got.map(({ record }) => record.id).sort()).toEqual(['asleep', 'later', 'paused']);
  });

  it('gives an instance of a workflow the node does not have only for a control mark', async () => {
    const node = await lab.join();
    await lab.store.create([aStart('i1')]);
    const request = { limit: 9, workflowIds: OTHER };

    expect(await lab.store.claim(node, request)).toEqual([]);
    await lab.store.control(aMark('i1', 'cancel'));
    expect(await lab.store.claim(node, request)).toMatchObject([
      { record: { control: { action: 'cancel' } } },
    ]);
  });

  it('gives an instance with a wish that needs its workflow only to a node that has it', async () => {
    const node = await lab.join();
    await lab.store.create([aStart('i1')]);
    await lab.store.control(aMark('i1', 'accept'));

    expect(await lab.store.claim(node, { limit: 9, workflowIds: OTHER })).toEqual([]);
    expect(await lab.claimDue(node)).toMatchObject([{ record: { control: { action: 'accept' } } }]);
  });

  it('gives what was put to rest again, with the fence moved on', async () => {
    const node = await lab.join();
    await resting(lab, 'i1', node, 'waiting', { rest: { wakeAt: lab.clock.now() } });

    const [loaded] = await lab.claimDue(node);

    expect(loaded).toMatchObject({
      record: { fence: 2, revision: 1, status: 'running' },
      snapshot: '{"at":"rest"}',
    });
  });

  it('leaves out the snapshot when the claiming node has an image of that revision', async () => {
    const node = await lab.join();
    await resting(lab, 'i1', node, 'waiting', { rest: { wakeAt: lab.clock.now() } });
    await resting(lab, 'i2', node, 'waiting', { rest: { wakeAt: lab.clock.now() } });

    const cached = (id: string) => (id === 'i1' ? 1 : 0);
    const got = await lab.store.claim(node, { limit: 9, workflowIds: [WORKFLOW], cached });

    const snapshots = Object.fromEntries(got.map(({ record, snapshot }) => [record.id, snapshot]));
    expect(snapshots).toEqual({ i1: '', i2: '{"at":"rest"}' });
  });

  it('gives snapshot and what follows it, in order', async () => {
    const [a, b] = [await lab.join('a'), await lab.join('b')];
    let record = await running(lab, 'i1', a);
    for (const snapshot of [null, '{"at":2}', null, null]) {
      await lab.store.commit(aCommit(record, { snapshot }));
      record = { ...record, revision: record.revision + 1 };
    }
    await lab.store.takeover(a);

    const [loaded] = await lab.claimDue(b);

    expect(loaded).toMatchObject({
      record: { revision: 4, snapshotRevision: 2 },
      snapshot: '{"at":2}',
      tail: ['{"at":3}', '{"at":4}'],
    });
  });

  it('gives an instance back as it is, due at once, and refuses its former owner', async () => {
    const node = await lab.join();
    const record = await running(lab, 'i1', node);
    await lab.store.commit(aCommit(record));

    await lab.store.release(node, 'i1', record.fence);

    expect((await lab.load('i1')).record).toMatchObject({
      owner: null,
      revision: 1,
      wakeAt: lab.clock.now(),
    });
    const late = lab.store.commit(aCommit(record, { revision: 2 }));
    await expect(late).rejects.toMatchObject({ code: 'REVISION_CONFLICT' });
  });

  it('puts off an instance that its owner cannot read: it waits, with a reason, until a moment', async () => {
    const node = await lab.join();
    const record = await running(lab, 'i1', node);
    const wakeAt = lab.clock.now() + 5_000;

    await lab.store.release(node, 'i1', record.fence, { wakeAt, statusReason: 'unreadable' });

    const { record: put } = await lab.load('i1');
    expect(put).toMatchObject({ owner: null, status: 'waiting', statusReason: 'unreadable', wakeAt });
    expect([await lab.claimDue(node), await lab.store.nextDueAt()]).toEqual([[], wakeAt]);
    lab.clock.advance(5_000);
    expect(await lab.claimDue(node)).toMatchObject([
      { record: { status: 'running', statusReason: null, revision: record.revision } },
    ]);
  });

  it.each(['paused', 'failed'] as const)('puts off one that has %s as what it is', async (status) => {
    const node = await lab.join();
    await resting(lab, 'i1', node, status, { rest: { statusReason: 'by itself' } });
    await lab.store.control(aMark('i1', status === 'paused' ? 'resume' : 'retry'));
    const [loaded] = await lab.claimDue(node);
    const wakeAt = lab.clock.now() + 5_000;

    await lab.store.release(node, 'i1', loaded!.record.fence, { wakeAt, statusReason: 'unreadable' });

    expect((await lab.load('i1')).record).toMatchObject({
      owner: null,
      status,
      statusReason: 'by itself',
      wakeAt,
    });
  });

  it('ignores a release by somebody who is not the owner', async () => {
    const [a, b] = [await lab.join('a'), await lab.join('b')];
    const record = await running(lab, 'i1', a);

    await lab.store.release(b, 'i1', record.fence);
    await lab.store.release(a, 'i1', record.fence + 1);

    expect((await lab.load('i1')).record.owner).toEqual(a);
  });

  it('refuses the claims of a node that was declared dead', async () => {
    const node = await lab.join();
    await lab.store.create([aStart('i1')]);
    await lab.store.takeover(node);

    await expect(lab.claimDue(node)).rejects.toMatchObject({ code: 'NODE_FENCED' });
  });

  it('refuses a commit under an old fence of the same node', async () => {
    const node = await lab.join();
    const before = await running(lab, 'i1', node);
    await lab.store.commit(aCommit(before, aRest('waiting', { wakeAt: lab.clock.now() })));
    const [now] = await lab.claimDue(node);

    const late = lab.store.commit(aCommit(before, { revision: 2 }));

    await expect(late).rejects.toMatchObject({ code: 'REVISION_CONFLICT' });
    expect((await lab.load('i1')).record).toMatchObject({ revision: 1, fence: now?.record.fence });
  });
}
