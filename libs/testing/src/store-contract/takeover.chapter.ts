import { expect, it } from 'vitest';
import type { Lab } from './lab.js';
import { running } from './owned-instance.js';
import { aCommit, aMark } from './samples.js';

export function takeoverChapter(lab: Lab): void {
  it('frees everything a dead node owned, due at once, under a new fence, with the death counted', async () => {
    const node = await lab.join('dead');
    await running(lab, 'i1', node);
    await running(lab, 'i2', node);
    await running(lab, 'other', await lab.join('alive'));
    lab.clock.advance(100);

    const freed = await (await lab.second()).takeover(node);

    expect([...freed].sort()).toEqual(['i1', 'i2']);
    const { record } = await lab.load('i1');
    expect(record).toMatchObject({ owner: null, fence: 2, crashes: 1, wakeAt: lab.clock.now() });
    expect((await lab.load('other')).record.owner?.nodeId).toBe('alive');
  });

  it('refuses every commit of the dead epoch from then on', async () => {
    const node = await lab.join('dead');
    const record = await running(lab, 'i1', node);
    await lab.store.commit(aCommit(record));

    await (await lab.second()).takeover(node);

    const late = [2, 3].map((revision) => lab.store.commit(aCommit(record, { revision })));
    for (const commit of late) await expect(commit).rejects.toMatchObject({ code: 'NODE_FENCED' });
    expect((await lab.load('i1')).record.revision).toBe(1);
  });

  it('loses none of the commits that were acknowledged before', async () => {
    const [dead, heir] = [await lab.join('dead'), await lab.join('heir')];
    const record = await running(lab, 'i1', dead);
    for (const revision of [1, 2, 3]) await lab.store.commit(aCommit(record, { revision }));
    await lab.store.takeover(dead);

    const [loaded] = await lab.claimDue(heir);

    expect(loaded).toMatchObject({
      record: { revision: 3, fence: 3, owner: heir },
      tail: ['{"at":1}', '{"at":2}', '{"at":3}'],
    });
    expect(await lab.store.commit(aCommit((loaded as { record: typeof record }).record))).toMatchObject({
      revision: 4,
    });
  });

  it('does nothing when it is repeated', async () => {
    const node = await lab.join('dead');
    await running(lab, 'i1', node);
    await lab.store.takeover(node);

    expect(await lab.store.takeover(node)).toEqual([]);
    expect((await lab.load('i1')).record).toMatchObject({ fence: 2, crashes: 1 });
  });

  it('of an old epoch leaves the new one alone', async () => {
    const old = await lab.join('n');
    const current = await lab.join('n');
    await running(lab, 'i1', current);

    expect(await lab.store.takeover(old)).toEqual([]);
    expect((await lab.store.beat(current, [])).alive).toBe(true);
    expect((await lab.load('i1')).record.owner).toEqual(current);
  });

  it('keeps a control mark that the dead owner had not honoured', async () => {
    const node = await lab.join('dead');
    await running(lab, 'i1', node);
    await lab.store.control(aMark('i1', 'cancel'));

    await lab.store.takeover(node);

    expect((await lab.load('i1')).record.control?.action).toBe('cancel');
  });

  it('lets exactly one side win when an owner commits while it is taken over', async () => {
    const second = await lab.second();
    const node = await lab.join('dead');
    const records = await Promise.all(Array.from({ length: 10 }, (_, i) => running(lab, `i${i}`, node)));

    const [taken, ...commits] = await Promise.allSettled([
      second.takeover(node),
      ...records.map((record) => lab.store.commit(aCommit(record))),
    ]);

    expect(taken.status).toBe('fulfilled');
    for (const [i, commit] of commits.entries()) {
      const { record } = await lab.load(`i${i}`);
      expect(record.revision).toBe(commit.status === 'fulfilled' ? 1 : 0);
      expect(record.owner).toBeNull();
    }
  });
}
