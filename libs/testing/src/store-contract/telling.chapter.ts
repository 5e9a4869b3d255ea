import { expect, it } from 'vitest';
import type { Telling } from '@workflow-runner/contract';
import type { Lab } from './lab.js';
import { resting, running } from './owned-instance.js';
import { aCommit, aControl, anAttempt, anEntry, aStart } from './samples.js';

const NOTHING_STAYS = {
  instances: { completed: 1, failed: 1, cancelled: 1 },
  events: 1,
  idempotencyKeys: 1,
  statistics: 1,
  audit: 1,
};

export function tellingChapter(lab: Lab): void {
  const entry = (...tell: Telling[]) => anEntry({ attempt: anAttempt(), tell });

  it('publishes what has something to tell, in the order of the commits', async () => {
    const node = await lab.join();
    const one = await running(lab, 'i1', node);
    const two = await running(lab, 'i2', node, { correlationId: 'c-2' });
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
      correlationId: 'c-2',
    });
    expect(told[0]?.correlationId).toBeNull();
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

  it('leaves payloads out of headlines, and nothing else', async () => {
    const record = await running(lab, 'i1', await lab.join(), { tenantId: 't1', correlationId: 'c-1' });
    const control = aControl();
    const attempt = anAttempt({ errorCategory: 'network', errorCode: 'EPIPE', errorMessage: 'gone' });
    const told = anEntry({ attempt, control, tell: ['step.failed', 'failed'] });
    await lab.store.commit(aCommit(record, { revision: 1, entry: told }));
    await lab.store.commit(aCommit(record, { revision: 2, entry: anEntry({ tell: ['completed'] }) }));

    const [whole, headlines] = [
      await lab.store.publications(0, 9, 'whole'),
      await lab.store.publications(0, 9, 'headlines'),
    ];

    expect(whole).toEqual(await lab.store.publications(0, 9));
    expect(headlines).toEqual([
      { ...whole[0], change: '', attempt: { ...attempt, input: null, outcome: null } },
      { ...whole[1], change: '' },
    ]);
    expect(await lab.store.publications(headlines[0]?.position ?? 0, 1, 'headlines')).toEqual([headlines[1]]);
  });

  it('tells of a start that nobody claimed', async () => {
    await lab.store.create([aStart('i1')]);

    expect(await lab.store.publications(0, 10)).toMatchObject([
      { instanceId: 'i1', revision: 0, tell: ['created'] },
    ]);
  });

  it('says how far it has come, also while nothing is told', async () => {
    expect(await lab.store.positions()).toEqual({ last: 0, deleted: 0 });
    const record = await running(lab, 'i1', await lab.join());
    await lab.store.commit(aCommit(record, { revision: 1, entry: entry('created') }));
    const { last: told } = await lab.store.positions();
    expect((await lab.store.publications(0, 9)).at(-1)?.position).toBe(told);

    await lab.store.commit(aCommit(record, { revision: 2, entry: entry() }));
    const { last } = await lab.store.positions();
    await lab.store.commit(aCommit(record, { revision: 3, entry: entry('completed') }));

    expect(await lab.store.publications(last, 9)).toMatchObject([{ revision: 3 }]);
    expect((await lab.store.positions()).deleted).toBe(0);
  });

  it('knows the newest position that was deleted, and goes on counting', async () => {
    const node = await lab.join();
    const ended = { commit: { entry: entry('completed') } };
    await resting(lab, 'old', node, 'completed', ended);
    await resting(lab, 'stays', node, 'waiting', { commit: { entry: entry('waiting') } });
    await resting(lab, 'young', node, 'completed', ended);
    const [, stays, young] = await lab.store.publications(0, 10);
    lab.clock.advance(10);
    await resting(lab, 'fresh', node, 'completed', ended);
    const { last } = await lab.store.positions();

    await lab.store.purge({ ...NOTHING_STAYS, instances: { completed: 10, failed: 10, cancelled: 10 } }, 100);

    expect(await lab.store.positions()).toEqual({ last, deleted: young?.position });
    expect((await lab.store.publications(0, 10)).map(({ instanceId }) => instanceId)).toEqual([
      'stays',
      'fresh',
    ]);
    expect(stays?.position).toBeLessThan(young?.position ?? 0);
    lab.clock.advance(10);
    await lab.store.purge(NOTHING_STAYS, 100);
    expect(await lab.store.positions()).toEqual({ last, deleted: last });
  });

  it('gives no position twice, although what had one was deleted', async () => {
    const node = await lab.join();
    await resting(lab, 'i1', node, 'completed', { commit: { entry: entry('completed') } });
    const [before] = await lab.store.publications(0, 10);
    lab.clock.advance(10);
    await lab.store.purge(NOTHING_STAYS, 100);

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
