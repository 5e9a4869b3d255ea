import { expect, it } from 'vitest';
import type { Lab } from './lab.js';
import { running } from './owned-instance.js';
import { aCommit, aFailure, anAttempt, anEntry, aRest } from './samples.js';

export function commitChapter(lab: Lab): void {
  it('appends one revision after the other and says when', async () => {
    const record = await running(lab, 'i1', await lab.join());

    const first = await lab.store.commit(aCommit(record, { revision: 1 }));
    lab.clock.advance(7);
    const second = await lab.store.commit(aCommit(record, { revision: 2 }));

    expect(first).toMatchObject({ revision: 1, rested: false, delivered: [], control: null });
    expect(second.at).toBe(first.at + 7);
    const loaded = await lab.load('i1');
    expect(loaded.record).toMatchObject({ revision: 2, snapshotRevision: 0, updatedAt: second.at });
    expect(loaded.tail).toEqual(['{"at":1}', '{"at":2}']);
  });

  it.each([
    ['a revision that is stored already', { revision: 1 }],
    ['a revision that leaves a gap', { revision: 3 }],
    ['a fence that is not the stored one', { revision: 2, fence: 7 }],
  ])('refuses %s and writes nothing', async (_, wrong) => {
    const record = await running(lab, 'i1', await lab.join());
    await lab.store.commit(aCommit(record));

    const commit = lab.store.commit(aCommit(record, { ...wrong, snapshot: '{"at":"wrong"}' }));

    await expect(commit).rejects.toMatchObject({ code: 'REVISION_CONFLICT' });
    expect(await lab.load('i1')).toMatchObject({
      record: { revision: 1 },
      snapshot: '{"at":0}',
      tail: ['{"at":1}'],
    });
  });

  it('refuses a commit for an instance that another node owns, or that does not exist', async () => {
    const [a, b] = [await lab.join('a'), await lab.join('b')];
    const record = await running(lab, 'i1', a);

    const foreign = lab.store.commit(aCommit({ ...record, owner: b }));
    const unknown = lab.store.commit(aCommit({ ...record, id: 'nobody' }));

    await expect(foreign).rejects.toMatchObject({ code: 'REVISION_CONFLICT' });
    await expect(unknown).rejects.toMatchObject({ code: 'REVISION_CONFLICT' });
  });

  it('refuses a commit after the one that put the instance to rest', async () => {
    const record = await running(lab, 'i1', await lab.join());
    await lab.store.commit(aCommit(record, aRest('waiting')));

    const late = lab.store.commit(aCommit(record, { revision: 2 }));

    await expect(late).rejects.toMatchObject({ code: 'REVISION_CONFLICT' });
  });

  it('takes a new snapshot in between and loads only what follows it', async () => {
    const record = await running(lab, 'i1', await lab.join());
    await lab.store.commit(aCommit(record, { revision: 1 }));
    await lab.store.commit(aCommit(record, { revision: 2, snapshot: '{"at":2}' }));
    await lab.store.commit(aCommit(record, { revision: 3 }));

    expect(await lab.load('i1')).toMatchObject({
      record: { revision: 3, snapshotRevision: 2, owner: record.owner },
      snapshot: '{"at":2}',
      tail: ['{"at":3}'],
    });
  });

  it('changes columns of a running instance and nothing beside them', async () => {
    const record = await running(lab, 'i1', await lab.join());

    await lab.store.commit(aCommit(record, { columns: { definitionHash: 'hash-2', crashes: 3 } }));

    expect((await lab.load('i1')).record).toEqual({
      ...record,
      definitionHash: 'hash-2',
      crashes: 3,
      revision: 1,
      updatedAt: lab.clock.now(),
    });
  });

  it('writes what a rest says to the instance and gives up its owner', async () => {
    const record = await running(lab, 'i1', await lab.join(), {});
    await lab.store.commit(aCommit(record, { columns: { crashes: 2 } }));
    lab.clock.advance(40);
    const failure = aFailure();

    const receipt = await lab.store.commit(
      aCommit(record, { revision: 2, ...aRest('failed', { statusReason: 'CARD', failure }) }),
    );

    expect(receipt).toMatchObject({ rested: true, revision: 2 });
    const loaded = await lab.load('i1');
    expect(loaded).toMatchObject({ snapshot: '{"at":"rest"}', tail: [] });
    expect(loaded.record).toMatchObject({
      status: 'failed',
      statusReason: 'CARD',
      failure,
      owner: null,
      crashes: 0,
      snapshotRevision: 2,
      endedAt: lab.clock.now(),
      updatedAt: lab.clock.now(),
    });
  });

  it('keeps a wake time only while the instance has not ended', async () => {
    const node = await lab.join();
    const wakeAt = lab.clock.now() + 500;
    const [asleep, done] = [await running(lab, 'i1', node), await running(lab, 'i2', node)];

    await lab.store.commit(aCommit(asleep, aRest('waiting', { wakeAt })));
    await lab.store.commit(aCommit(done, aRest('completed', { wakeAt })));

    expect((await lab.load('i1')).record.wakeAt).toBe(wakeAt);
    expect((await lab.load('i2')).record.wakeAt).toBeNull();
  });

  it('keeps the facts of an attempt word for word', async () => {
    const record = await running(lab, 'i1', await lab.join());
    const attempt = anAttempt({
      errorCategory: 'network',
      errorCode: 'ECONNRESET',
      errorMessage: 'a\n"ü" 😀',
    });

    await lab.store.commit(aCommit(record, { entry: anEntry({ attempt }) }));

    const { items } = await lab.store.history('i1', { limit: 10 });
    expect(items[0]?.attempt).toEqual(attempt);
  });

  it('keeps what follows a NUL in a message of foreign code', async () => {
    const record = await running(lab, 'i1', await lab.join());
    const attempt = anAttempt({ status: 'failed', errorMessage: 'before\u0000after' });

    await lab.store.commit(aCommit(record, { entry: anEntry({ attempt }) }));

    const { items } = await lab.store.history('i1', { limit: 10 });
    expect(items[0]?.attempt?.errorMessage).toMatch(/^before.after$/s);
  });

  it('carries text of a megabyte and every kind of character', async () => {
    const record = await running(lab, 'i1', await lab.join());
    const snapshot = JSON.stringify({ text: 'ä\u0000\u2028😀'.repeat(100_000) });

    await lab.store.commit(aCommit(record, { snapshot }));

    expect((await lab.load('i1')).snapshot === snapshot).toBe(true);
  });
}
