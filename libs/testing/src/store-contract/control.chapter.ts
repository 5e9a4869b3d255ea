import { expect, it } from 'vitest';
import { ALLOWED_FROM, CONTROL_ACTIONS, type InstanceStatus } from '@workflow-runner/contract';
import type { Lab } from './lab.js';
import { claimed, resting, running } from './owned-instance.js';
import { aCommit, aMark, aRest, aStart } from './samples.js';

export function controlChapter(lab: Lab): void {
  it('writes a wish with its caller and the moment, and makes an idle instance due', async () => {
    const node = await lab.join();
    await resting(lab, 'i1', node, 'waiting');
    const caller = { subject: 'ann', kind: 'user', roles: ['ops'], tenantId: null } as const;

    const mark = { action: 'pause', caller, reason: 'lunch' } as const;
    const receipt = await lab.store.control(aMark('i1', 'pause', { mark }));

    expect(receipt).toEqual({ verdict: 'accepted', status: 'waiting', ownerNodeId: null });
    const [loaded] = await lab.claimDue(node);
    expect(loaded?.record.control).toEqual({ action: 'pause', caller, reason: 'lunch', at: lab.clock.now() });
  });

  it('leaves a running instance to its owner and says who that is', async () => {
    const node = await lab.join();
    await running(lab, 'i1', node);

    const receipt = await lab.store.control(aMark('i1', 'cancel'));

    expect(receipt).toEqual({ verdict: 'accepted', status: 'running', ownerNodeId: node.nodeId });
    expect(await lab.store.mail(node)).toMatchObject([{ record: { control: { action: 'cancel' } } }]);
  });

  it('knows no instance of another tenant, nor one that does not exist', async () => {
    await lab.store.create([aStart('i1', { tenantId: 't1' })]);
    const unknown = { verdict: 'unknown', status: null, ownerNodeId: null };

    expect(await lab.store.control(aMark('i1', 'cancel', { tenantId: 't2' }))).toEqual(unknown);
    expect(await lab.store.control(aMark('nobody', 'cancel'))).toEqual(unknown);
    expect(await lab.store.control(aMark('i1', 'cancel', { tenantId: 't1' }))).toMatchObject({
      verdict: 'accepted',
    });
  });

  it.each(['pending', 'running', 'waiting', 'paused', 'completed', 'failed', 'cancelled'] as const)(
    'admits from %s exactly what the contract allows',
    async (status) => {
      const node = await lab.join();
      const verdicts: string[] = [];
      for (const action of CONTROL_ACTIONS) {
        const id = `${status}-${action}`;
        await inStatus(lab, id, status, node);
        const { verdict } = await lab.store.control(aMark(id, action));
        if (verdict === 'accepted') verdicts.push(action);
      }

      expect(verdicts).toEqual(CONTROL_ACTIONS.filter((action) => ALLOWED_FROM[action].includes(status)));
    },
  );

  it('does not let a wish to pause replace a wish to end, but the other way round', async () => {
    const node = await lab.join();
    await running(lab, 'i1', node);

    expect(await lab.store.control(aMark('i1', 'pause'))).toMatchObject({ verdict: 'accepted' });
    expect(await lab.store.control(aMark('i1', 'cancel'))).toMatchObject({ verdict: 'accepted' });
    expect(await lab.store.control(aMark('i1', 'pause'))).toMatchObject({ verdict: 'refused' });
    expect(await lab.store.control(aMark('i1', 'terminate'))).toMatchObject({ verdict: 'accepted' });
    expect(await lab.store.control(aMark('i1', 'cancel'))).toMatchObject({ verdict: 'refused' });
    expect((await lab.load('i1')).record.control?.action).toBe('terminate');
  });

  it('stamps each mark later than the one before, within one moment and after it was honoured', async () => {
    const node = await lab.join();
    const record = await running(lab, 'i1', node);
    await lab.store.control(aMark('i1', 'pause'));
    const first = (await lab.load('i1')).record.control?.at ?? 0;
    await lab.store.control(aMark('i1', 'pause'));
    const second = (await lab.load('i1')).record.control?.at ?? 0;
    await lab.store.commit(aCommit(record, { honoured: second }));
    await lab.store.control(aMark('i1', 'cancel'));
    const third = (await lab.load('i1')).record.control?.at ?? 0;

    expect(second).toBeGreaterThan(first);
    expect(third).toBeGreaterThan(second);
  });

  it('writes a wish once, however often it is asked for under the same id', async () => {
    const node = await lab.join();
    const record = await running(lab, 'i1', node);
    const wish = aMark('i1', 'pause', { id: 'w1' });
    await lab.store.control(wish);
    const { control } = (await lab.load('i1')).record;
    lab.clock.advance(5);

    expect(await lab.store.control(wish)).toEqual({
      verdict: 'accepted',
      status: 'running',
      ownerNodeId: node.nodeId,
    });
    expect((await lab.load('i1')).record.control).toEqual(control);

    await lab.store.commit(aCommit(record, { ...aRest('paused'), honoured: control?.at ?? null }));
    expect(await lab.store.control(wish)).toMatchObject({ verdict: 'accepted', status: 'paused' });
    expect((await lab.load('i1')).record.control).toBeNull();
  });

  it('accepts a wish again that has ended the instance, and refuses the same wish of somebody else', async () => {
    const node = await lab.join();
    const record = await running(lab, 'i1', node);
    const wish = aMark('i1', 'cancel', { id: 'w1' });
    await lab.store.control(wish);
    const honoured = (await lab.load('i1')).record.control?.at ?? null;
    await lab.store.commit(aCommit(record, { ...aRest('cancelled'), honoured }));

    expect(await lab.store.control(wish)).toMatchObject({ verdict: 'accepted', status: 'cancelled' });
    expect(await lab.store.control(aMark('i1', 'cancel'))).toMatchObject({ verdict: 'refused' });
  });

  it('knows the id of a wish in its own instance only', async () => {
    const node = await lab.join();
    for (const id of ['i1', 'i2']) await resting(lab, id, node);
    await lab.store.control(aMark('i1', 'pause', { id: 'w1' }));

    await lab.store.control(aMark('i2', 'pause', { id: 'w1' }));

    expect((await lab.load('i2')).record.control?.action).toBe('pause');
  });

  it('carries what a retry needs', async () => {
    const node = await lab.join();
    await resting(lab, 'i1', node, 'failed');
    const request = aMark('i1', 'retry');

    await lab.store.control({
      ...request,
      mark: { ...request.mark, fromPointer: 'p7', data: '{"fixed":true}' },
    });

    expect((await claimed(lab, 'i1', node)).record.control).toMatchObject({
      fromPointer: 'p7',
      data: '{"fixed":true}',
    });
  });

  it('keeps a mark that nobody has honoured over a claim and a release', async () => {
    const node = await lab.join();
    await resting(lab, 'i1', node);
    await lab.store.control(aMark('i1', 'cancel'));
    const { record } = await claimed(lab, 'i1', node);

    await lab.store.release(node, 'i1', record.fence);

    expect(await lab.claimDue(node)).toMatchObject([{ record: { control: { action: 'cancel' } } }]);
  });
}

async function inStatus(
  lab: Lab,
  id: string,
  status: InstanceStatus,
  node: Parameters<typeof running>[2],
): Promise<void> {
  const record = await running(lab, id, node);
  if (status !== 'running') await lab.store.commit(aCommit(record, aRest(status)));
}
