import { expect, it } from 'vitest';
import type { Commit } from '@workflow-runner/contract';
import type { Lab } from './lab.js';
import { running } from './owned-instance.js';
import { aCommit, aStart, aWait } from './samples.js';

/** A commit that no store can carry out: a number where text belongs, deep inside. */
function unstorable(commit: Commit, asOf: number): Commit {
  const wait = { ...aWait(commit.instanceId, asOf), key: Symbol('no text') as unknown as string };
  return { ...commit, subscribe: [wait] };
}

export function groupChapter(lab: Lab): void {
  it('gives each commit of one turn its own verdict', async () => {
    const node = await lab.join();
    const records = await Promise.all(['i1', 'i2', 'i3'].map((id) => running(lab, id, node)));
    const [first, second, third] = records as [(typeof records)[0], (typeof records)[0], (typeof records)[0]];

    const verdicts = await Promise.allSettled([
      lab.store.commit(aCommit(first)),
      lab.store.commit(aCommit(second, { fence: 9 })),
      lab.store.commit(aCommit(third)),
      lab.store.commit(aCommit(first, { revision: 2 })),
      lab.store.commit(aCommit(first, { revision: 2 })),
    ]);

    expect(verdicts.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
      'rejected',
    ]);
    const revisions = await Promise.all(
      ['i1', 'i2', 'i3'].map(async (id) => (await lab.load(id)).record.revision),
    );
    expect(revisions).toEqual([2, 0, 1]);
  });

  if (lab.features.refusesValues) {
    it('fails a commit that cannot be stored alone and stores its neighbours', async () => {
      const node = await lab.join();
      const records = await Promise.all(['i1', 'i2', 'i3'].map((id) => running(lab, id, node)));
      const commits = records.map((record) => aCommit(record));
      const bad = unstorable(commits[1] as Commit, lab.clock.now());

      const verdicts = await Promise.allSettled(
        [commits[0], bad, commits[2]].map((one) => lab.store.commit(one as Commit)),
      );

      expect(verdicts.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      const loaded = await Promise.all(['i1', 'i2', 'i3'].map((id) => lab.load(id)));
      expect(loaded.map(({ record, tail }) => [record.revision, tail.length])).toEqual([
        [1, 1],
        [0, 0],
        [1, 1],
      ]);
      expect(await lab.store.commit(aCommit(records[1] as (typeof records)[0]))).toMatchObject({
        revision: 1,
      });
    });
  }

  it('takes commits, starts and questions of one turn in the order they were asked', async () => {
    const node = await lab.join();
    const record = await running(lab, 'i1', node);

    const receipts = await Promise.all([
      lab.store.commit(aCommit(record, { revision: 1 })),
      lab.store.create([aStart('i2')]),
      lab.store.commit(aCommit(record, { revision: 2 })),
      lab.claimDue(node),
    ]);

    expect(receipts[3].map(({ record: { id } }) => id)).toEqual(['i2']);
    expect((await lab.load('i1')).record.revision).toBe(2);
  });
}
