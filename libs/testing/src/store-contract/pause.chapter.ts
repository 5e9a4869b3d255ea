import { SIGNAL_NAME } from '@workflow-runner/contract';
import { expect, it } from 'vitest';
import type { Lab } from './lab.js';
import { claimed, resting, running } from './owned-instance.js';
import { aCommit, aControl, aFailure, aMark, anEntry, aRest, aSignal } from './samples.js';

export function pauseChapter(lab: Lab): void {
  it('gives a paused instance for a control mark or at its wake time only, still paused', async () => {
    const node = await lab.join();
    await resting(lab, 'marked', node, 'paused');
    await resting(lab, 'deadline', node, 'paused', { rest: { wakeAt: lab.clock.now() + 100 } });
    expect(await lab.claimDue(node)).toEqual([]);

    await lab.store.control(aMark('marked', 'resume'));
    lab.clock.advance(100);

    const got = await lab.claimDue(node);
    expect(got.map(({ record }) => [record.id, record.status]).sort()).toEqual([
      ['deadline', 'paused'],
      ['marked', 'paused'],
    ]);
  });

  it('keeps the mark of a pause that has to wait for mail: a death before the next commit must not lose it', async () => {
    const node = await lab.join();
    const record = await running(lab, 'i1', node);
    await lab.store.control(aMark('i1', 'pause'));
    const at = (await lab.load('i1')).record.control?.at ?? null;
    await lab.store.send(aSignal('i1'));

    const receipt = await lab.store.commit(aCommit(record, { ...aRest('paused'), honoured: at }));

    expect(receipt).toMatchObject({ rested: false, delivered: [{ name: SIGNAL_NAME }], control: { at } });
    await lab.store.takeover(node);
    expect((await lab.load('i1')).record).toMatchObject({ owner: null, control: { action: 'pause', at } });
  });

  it('does not say of a pause that has to wait for mail that it was granted', async () => {
    const node = await lab.join();
    const record = await running(lab, 'i1', node);
    await lab.store.control(aMark('i1', 'pause'));
    await lab.store.send(aSignal('i1'));
    const pause = async (revision: number, consumed: string[]): Promise<void> => {
      const honoured = (await lab.load('i1')).record.control?.at ?? null;
      const entry = anEntry({ control: aControl({ action: 'pause' }), tell: ['paused'] });
      await lab.store.commit(aCommit(record, { ...aRest('paused'), revision, honoured, consumed, entry }));
    };

    await pause(1, []);
    await pause(2, ['s1']);

    const { items } = await lab.store.history('i1', { limit: 10 });
    expect(items.map(({ control }) => control?.action)).toEqual([undefined, 'pause']);
    const told = await lab.store.publications(0, 10);
    expect(told.map(({ control }) => control?.action)).toEqual([undefined, 'pause']);
  });

  it('counts the length of a pause once its owner goes on', async () => {
    const node = await lab.join();
    await resting(lab, 'i1', node, 'paused');
    const pausedAt = lab.clock.now();
    expect((await lab.load('i1')).record).toMatchObject({ pausedAt, pausedMs: 0 });
    lab.clock.advance(250);
    await lab.store.control(aMark('i1', 'resume'));
    const { record } = await claimed(lab, 'i1', node);

    await lab.store.commit(aCommit(record, { honoured: record.control?.at ?? null }));

    expect((await lab.load('i1')).record).toMatchObject({
      status: 'running',
      pausedAt: null,
      pausedMs: 250,
      control: null,
    });
  });

  it('adds up several pauses, also when an instance goes from one rest to the next', async () => {
    const node = await lab.join();
    await resting(lab, 'i1', node, 'paused');
    for (const status of ['waiting', 'paused', 'cancelled'] as const) {
      lab.clock.advance(100);
      const { record } = await claimed(lab, 'i1', node);
      await lab.store.commit(aCommit(record, aRest(status)));
    }

    expect((await lab.load('i1')).record).toMatchObject({
      status: 'cancelled',
      pausedAt: null,
      pausedMs: 200,
    });
  });

  it('goes on with a pause that is put to rest again as paused', async () => {
    const node = await lab.join();
    await resting(lab, 'i1', node, 'paused');
    const pausedAt = lab.clock.now();
    lab.clock.advance(100);
    const { record } = await claimed(lab, 'i1', node);

    await lab.store.commit(aCommit(record, aRest('paused')));

    expect((await lab.load('i1')).record).toMatchObject({ pausedAt, pausedMs: 0 });
  });

  it('gives a failed instance for a control mark only, still failed', async () => {
    const node = await lab.join();
    await resting(lab, 'i1', node, 'failed', { rest: { wakeAt: lab.clock.now() } });
    expect(await lab.claimDue(node)).toEqual([]);

    await lab.store.control(aMark('i1', 'retry'));

    expect(await lab.claimDue(node)).toMatchObject([
      { record: { id: 'i1', status: 'failed', control: { action: 'retry' } } },
    ]);
  });

  it('forgets the failure once the owner of a retried instance goes on', async () => {
    const node = await lab.join();
    await resting(lab, 'i1', node, 'failed', { rest: { failure: aFailure(), statusReason: 'CARD' } });
    await lab.store.control(aMark('i1', 'retry'));
    const { record } = await claimed(lab, 'i1', node);

    await lab.store.commit(aCommit(record, { honoured: record.control?.at ?? null }));

    expect((await lab.load('i1')).record).toMatchObject({
      status: 'running',
      statusReason: null,
      failure: null,
      endedAt: null,
      control: null,
    });
  });

  it('keeps a failed instance failed when its new owner dies before it committed anything', async () => {
    const node = await lab.join();
    await resting(lab, 'i1', node, 'failed', { rest: { failure: aFailure() } });
    await lab.store.control(aMark('i1', 'retry'));
    await claimed(lab, 'i1', node);

    await lab.store.takeover(node);

    expect((await lab.load('i1')).record).toMatchObject({
      status: 'failed',
      failure: aFailure(),
      owner: null,
    });
    expect(await lab.claimDue(await lab.join('heir'))).toHaveLength(1);
  });

  it('never gives what is completed or cancelled again', async () => {
    const node = await lab.join();
    await running(lab, 'keeps-the-store-busy', node);
    for (const status of ['completed', 'cancelled'] as const) {
      await resting(lab, status, node, status, { rest: { wakeAt: lab.clock.now() } });
    }

    expect(await lab.claimDue(node)).toEqual([]);
  });
}
