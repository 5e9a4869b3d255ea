import { expect, it } from 'vitest';
import type { Telling } from '@workflow-runner/contract';
import type { Lab } from './lab.js';
import { resting, running } from './owned-instance.js';
import { aCommit, anAttempt, aStart } from './samples.js';

export function tellingChapter(lab: Lab): void {
  const entry = (...tell: Telling[]) => ({ kind: 'step', attempt: anAttempt(), change: '{}', tell }) as const;

  it('publishes what has something to tell, in the order of the commits', async () => {
    const node = await lab.join();
    const [one, two] = [await running(lab, 'i1', node), await running(lab, 'i2', node)];
    await lab.store.commit(aCommit(one, { revision: 1, entry: entry('created', 'started') }));
    await lab.store.commit(aCommit(two, { revision: 1, entry: entry('step.completed') }));
    await lab.store.commit(aCommit(one, { revision: 2, entry: entry() }));
    await lab.store.commit(aCommit(one, { revision: 3, entry: entry('completed') }));

    const told = await lab.store.publications(0, 100);

    expect(told.map(({ instanceId, tell }) => [instanceId, ...tell])).toEqual([
      ['i1', 'created', 'started'],
      ['i2', 'step.completed'],
      ['i1', 'completed'],
    ]);
    expect(told[1]).toMatchObject({
      workflowId: two.workflowId,
      node: node.nodeId,
      attempt: anAttempt(),
      revision: 1,
    });
    const positions = told.map(({ position }) => position);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(new Set(positions).size).toBe(3);
  });

  it('goes on after a position, a bounded number at a time, and sees what is committed later', async () => {
    const record = await running(lab, 'i1', await lab.join());
    const commit = (revision: number, ...tell: Telling[]) =>
      lab.store.commit(aCommit(record, { revision, entry: entry(...tell) }));
    for (let revision = 1; revision <= 5; revision += 1) await commit(revision, 'step.completed');

    const seen: number[] = [];
    let after = 0;
    for (let look = 0; look < 4; look += 1) {
      const rows = await lab.store.publications(after, 2);
      seen.push(...rows.map(({ revision }) => revision));
      after = rows.at(-1)?.position ?? after;
    }
    for (const revision of [6, 7]) await commit(revision);
    expect(await lab.store.publications(after, 2)).toEqual([]);
    await commit(8, 'completed');

    expect(seen).toEqual([1, 2, 3, 4, 5]);
    expect((await lab.store.publications(after, 2)).map(({ revision }) => revision)).toEqual([8]);
    expect(await lab.store.publications(0, 100)).toHaveLength(6);
  });

  it('tells of a start that nobody claimed', async () => {
    await lab.store.create([aStart('i1')]);

    expect(await lab.store.publications(0, 10)).toMatchObject([
      { instanceId: 'i1', revision: 0, tell: ['created'] },
    ]);
  });

  it('gives no position twice, although what had one was deleted', async () => {
    const node = await lab.join();
    await resting(lab, 'i1', node, 'completed', { commit: { entry: entry('completed') } });
    const [before] = await lab.store.publications(0, 10);
    lab.clock.advance(10);
    const none = {
      instances: { completed: 1, failed: 1, cancelled: 1 },
      events: 1,
      idempotencyKeys: 1,
      statistics: 1,
    };
    await lab.store.purge(none, 100);

    await resting(lab, 'i2', node, 'completed', { commit: { entry: entry('completed') } });

    const [after] = await lab.store.publications(before?.position ?? 0, 10);
    expect(after?.instanceId).toBe('i2');
  });

  it('remembers how far each sink has come', async () => {
    expect(await lab.store.cursor('amq')).toBe(0);

    await lab.store.saveCursor('amq', 7);
    await lab.store.saveCursor('stream', 3);
    await lab.store.saveCursor('amq', 9);

    expect([await lab.store.cursor('amq'), await lab.store.cursor('stream')]).toEqual([9, 3]);
  });
}
