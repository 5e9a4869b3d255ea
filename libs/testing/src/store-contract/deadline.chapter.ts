import { expect, it } from 'vitest';
import type { Lab } from './lab.js';
import { WORKFLOW } from './lab.js';
import { claimed, resting, running } from './owned-instance.js';
import { aCommit, aRest, aStart } from './samples.js';

/** What a node has that does not have the suite's workflow. */
const OTHER = ['other.one@1.0.0'];

export function deadlineChapter(lab: Lab): void {
  it('gives an instance of a workflow the node does not have once its deadline has passed', async () => {
    const node = await lab.join();
    const deadlineAt = lab.clock.now() + 100;
    const rest = { wakeAt: lab.clock.now(), overdueAt: deadlineAt };
    const strangers = { limit: 9, workflowIds: OTHER };
    await lab.store.create([aStart('never-run', { deadlineAt })]);
    await resting(lab, 'waiting', node, 'waiting', { rest });
    await resting(lab, 'paused', node, 'paused', { rest });
    await resting(lab, 'failed', node, 'failed', { rest });

    lab.clock.advance(99);
    expect(await lab.store.claim(node, strangers)).toEqual([]);
    lab.clock.advance(1);

    const named = await lab.store.claim(node, { ...strangers, instanceIds: ['paused', 'failed'] });
    expect(named.map(({ record }) => record.id)).toEqual(['paused']);
    const due = await lab.store.claim(node, strangers);
    expect(due.map(({ record }) => record.id).sort()).toEqual(['never-run', 'waiting']);
    expect((await lab.load('failed')).record.overdueAt).toBeNull();
  });

  it('does not give it for its deadline again once its owner has said that its end has begun', async () => {
    const node = await lab.join();
    const now = lab.clock.now();
    await lab.store.create([aStart('i1', { deadlineAt: now })]);
    const strangers = { limit: 9, workflowIds: OTHER };
    const [noticed] = await lab.store.claim(node, strangers);
    expect(noticed?.record).toMatchObject({ id: 'i1', overdueAt: now });

    await lab.store.commit(aCommit(noticed!.record, aRest('waiting', { wakeAt: now })));

    expect(await lab.store.claim(node, strangers)).toEqual([]);
    expect(await lab.claimDue(node)).toMatchObject([{ record: { id: 'i1', deadlineAt: now } }]);
  });

  it('still gives it for its deadline when its owner died before it said so', async () => {
    const node = await lab.join();
    await running(lab, 'i1', node, { deadlineAt: lab.clock.now() + 100 });
    lab.clock.advance(200);
    await lab.store.takeover(node);

    const got = await lab.store.claim(await lab.join('heir'), { limit: 9, workflowIds: OTHER });

    expect(got.map(({ record }) => record.id)).toEqual(['i1']);
  });

  it('counts the deadline of what the caller cannot run, until its end has begun', async () => {
    const node = await lab.join();
    const now = lab.clock.now();
    const rest = { wakeAt: now + 100, overdueAt: now + 500 };
    await resting(lab, 'waits', node, 'waiting', { rest });
    await resting(lab, 'failed', node, 'failed', { rest });
    expect(await lab.store.nextDueAt(OTHER)).toBe(now + 500);
    expect(await lab.store.nextDueAt([WORKFLOW])).toBe(now + 100);
    await lab.store.create([aStart('new', { deadlineAt: now + 300 })]);
    expect(await lab.store.nextDueAt(OTHER)).toBe(now + 300);

    for (const id of ['waits', 'new']) {
      const { record } = await claimed(lab, id, node);
      await lab.store.commit(aCommit(record, aRest('waiting', { wakeAt: now })));
    }

    expect(await lab.store.nextDueAt(OTHER)).toBeNull();
  });

  it('counts the deadline of what was put off from then on, not before', async () => {
    const node = await lab.join();
    const later = { wakeAt: lab.clock.now() + 1_000, statusReason: 'unreadable' };
    const record = await running(lab, 'i1', node, { deadlineAt: lab.clock.now() });

    await lab.store.release(node, 'i1', record.fence, later);

    expect(await lab.store.nextDueAt(OTHER)).toBe(later.wakeAt);
    expect(await lab.store.claim(node, { limit: 9, workflowIds: OTHER })).toEqual([]);
    lab.clock.advance(1_000);
    expect(await lab.store.claim(node, { limit: 9, workflowIds: OTHER })).toHaveLength(1);
  });
}
