import { expect, it } from 'vitest';
import { SIGNAL_NAME } from '@workflow-runner/contract';
import type { Lab } from './lab.js';
import { claimed, resting, running } from './owned-instance.js';
import { aCommit, aRest, aSignal } from './samples.js';

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
}
