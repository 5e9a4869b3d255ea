import { describe, expect, it } from 'vitest';
import { SIGNAL_NAME, type SignalReceipt } from '@workflow-runner/contract';
import type { Lab } from './lab.js';
import { claimed, resting, running } from './owned-instance.js';
import { aCommit, anEvent, aRest, aSignal, aWait } from './samples.js';

export function signalChapter(lab: Lab): void {
  it('puts a signal into the inbox of an idle instance and makes it due', async () => {
    const node = await lab.join();
    await resting(lab, 'i1', node);

    const receipt = await lab.store.send(aSignal('i1'));

    expect(receipt).toEqual({ verdict: 'accepted', status: 'waiting', ownerNodeId: null });
    const [loaded] = await lab.claimDue(node);
    expect(loaded?.inbox).toEqual([
      {
        id: 's1',
        subscriptionId: '',
        pointerId: '',
        eventId: 's1',
        eventTime: lab.clock.now(),
        name: SIGNAL_NAME,
        key: 'approve',
        data: '"yes"',
      },
    ]);
  });

  it('rings the owner of a running instance and keeps it from resting over the signal', async () => {
    const node = await lab.join();
    const record = await running(lab, 'i1', node);

    const receipt = await lab.store.send(aSignal('i1'));

    expect(receipt).toEqual({ verdict: 'accepted', status: 'running', ownerNodeId: node.nodeId });
    expect((await lab.store.beat(node, [])).rung).toBe(true);
    expect(await lab.store.commit(aCommit(record, aRest('waiting')))).toMatchObject({ rested: false });
  });

  it('changes nothing when the same signal is sent again, also after it was consumed', async () => {
    const node = await lab.join();
    await resting(lab, 'i1', node);
    await lab.store.send(aSignal('i1'));
    await lab.store.send(aSignal('i1', { data: '"no"' }));
    const { record, inbox } = await claimed(lab, 'i1', node);
    expect(inbox.map(({ data }) => data)).toEqual(['"yes"']);
    await lab.store.commit(aCommit(record, { consumed: ['s1'] }));

    expect(await lab.store.send(aSignal('i1'))).toMatchObject({ verdict: 'accepted' });

    expect((await lab.load('i1')).inbox).toEqual([]);
  });

  it('accepts a signal again that the instance had before its end', async () => {
    const node = await lab.join();
    const record = await running(lab, 'i1', node);
    await lab.store.send(aSignal('i1'));
    await lab.store.commit(aCommit(record, { ...aRest('completed'), consumed: ['s1'] }));

    expect(await lab.store.send(aSignal('i1'))).toMatchObject({ verdict: 'accepted', status: 'completed' });
    expect(await lab.store.send(aSignal('i1', { id: 's2' }))).toMatchObject({ verdict: 'refused' });
    expect((await lab.load('i1')).inbox).toEqual([]);
  });

  it('lets two instances have a signal of the same id', async () => {
    const node = await lab.join();
    for (const id of ['i1', 'i2']) {
      await resting(lab, id, node);
      await lab.store.send(aSignal(id));
    }

    expect((await lab.load('i2')).inbox).toHaveLength(1);
  });

  it('keeps a signal for a paused and for a failed instance without waking it', async () => {
    const node = await lab.join();
    await resting(lab, 'paused', node, 'paused');
    await resting(lab, 'failed', node, 'failed');

    for (const id of ['paused', 'failed'])
      expect(await lab.store.send(aSignal(id))).toMatchObject({ verdict: 'accepted' });

    expect(await lab.claimDue(node)).toEqual([]);
    expect((await lab.load('failed')).inbox).toHaveLength(1);
  });

  it('refuses what has completed or been cancelled, and knows nothing of other tenants', async () => {
    const node = await lab.join();
    await resting(lab, 'done', node, 'completed');
    await resting(lab, 'gone', node, 'cancelled');
    await resting(lab, 'foreign', node, 'waiting', { start: { tenantId: 't1' } });

    expect(await lab.store.send(aSignal('done'))).toMatchObject({ verdict: 'refused', status: 'completed' });
    expect(await lab.store.send(aSignal('gone'))).toMatchObject({ verdict: 'refused', status: 'cancelled' });
    expect(await lab.store.send(aSignal('foreign', { tenantId: 't2' }))).toMatchObject({
      verdict: 'unknown',
    });
    expect(await lab.store.send(aSignal('nobody'))).toMatchObject({ verdict: 'unknown' });
  });

  describe('that nobody has waited for yet', () => {
    const limitBytes = 300;
    const send = (id: string): Promise<SignalReceipt> =>
      lab.store.send(aSignal('i1', { id, bytes: 100, limitBytes }));

    it.each(['waiting', 'paused', 'failed'] as const)(
      'are taken up to their limit by an instance that is %s, and no further',
      async (status) => {
        const node = await lab.join();
        await resting(lab, 'i1', node, status);
        for (const id of ['s1', 's2', 's3']) expect(await send(id)).toMatchObject({ verdict: 'accepted' });

        expect(await send('s4')).toEqual({ verdict: 'full', status, ownerNodeId: null });

        expect((await lab.load('i1')).inbox.map(({ id }) => id)).toEqual(['s1', 's2', 's3']);
      },
    );

    it('are counted with those that the owner keeps in its state, until it hands them to a step', async () => {
      const node = await lab.join();
      const record = await running(lab, 'i1', node);
      for (const id of ['s1', 's2']) await send(id);
      const keeps = (revision: number, kept: number, consumed: string[] = []) =>
        lab.store.commit(aCommit(record, { revision, consumed, columns: { keptSignalBytes: kept * 100 } }));

      await keeps(1, 2, ['s1', 's2']);
      expect(await send('s3')).toMatchObject({ verdict: 'accepted' });
      expect(await send('s4')).toMatchObject({ verdict: 'full', ownerNodeId: node.nodeId });
      await keeps(2, 1);

      expect(await send('s4')).toMatchObject({ verdict: 'accepted' });
      expect(await send('s5')).toMatchObject({ verdict: 'full' });
    });

    it('still count after a rest that said so, a takeover and another claim', async () => {
      const node = await lab.join();
      const columns = { keptSignalBytes: limitBytes };
      await resting(lab, 'i1', node, 'waiting', { commit: { columns } });
      const { record } = await claimed(lab, 'i1', node);
      await lab.store.commit(aCommit(record));
      await lab.store.takeover(node);

      expect(await send('s1')).toMatchObject({ verdict: 'full' });
    });

    it('are known when they come again, although there is no room', async () => {
      const node = await lab.join();
      await resting(lab, 'i1', node);
      for (const id of ['s1', 's2', 's3']) await send(id);

      expect(await send('s2')).toMatchObject({ verdict: 'accepted' });
    });

    it('leave room for events', async () => {
      const node = await lab.join();
      await resting(lab, 'i1', node, 'waiting', { commit: { subscribe: [aWait('i1', 0)] } });
      await lab.store.publish([anEvent('e1', { data: JSON.stringify('long'.repeat(100)) })]);

      for (const id of ['s1', 's2', 's3']) expect(await send(id)).toMatchObject({ verdict: 'accepted' });
    });
  });
}
