import { expect, it } from 'vitest';
import type { Lab } from './lab.js';
import { claimed, resting, running } from './owned-instance.js';
import { aCommit, aFailure, aMark, anEvent, aRest, aWait } from './samples.js';

export function restChapter(lab: Lab): void {
  it('keeps the owner when a message arrived that it has not seen', async () => {
    const node = await lab.join();
    const record = await running(lab, 'i1', node);
    await lab.store.commit(aCommit(record, { subscribe: [aWait('i1', 0)] }));
    await lab.store.publish([anEvent('e1')]);

    const receipt = await lab.store.commit(aCommit(record, { revision: 2, ...aRest('waiting') }));

    expect(receipt).toMatchObject({ rested: false, delivered: [{ eventId: 'e1' }], control: null });
    expect((await lab.load('i1')).record).toMatchObject({ owner: node, status: 'running', revision: 2 });
  });

  it('keeps the owner when a new wait of the same commit finds a stored event', async () => {
    const record = await running(lab, 'i1', await lab.join());
    await lab.store.publish([anEvent('e1')]);

    const receipt = await lab.store.commit(
      aCommit(record, { ...aRest('waiting'), subscribe: [aWait('i1', 0)] }),
    );

    expect(receipt).toMatchObject({ rested: false, delivered: [{ eventId: 'e1' }] });
  });

  it('keeps the owner when a control mark stands, and hands it over', async () => {
    const node = await lab.join();
    const record = await running(lab, 'i1', node);
    await lab.store.control(aMark('i1', 'pause'));

    const receipt = await lab.store.commit(aCommit(record, aRest('waiting')));

    expect(receipt).toMatchObject({ rested: false, control: { action: 'pause', at: lab.clock.now() } });
    expect((await lab.load('i1')).record).toMatchObject({ owner: node, control: { action: 'pause' } });
  });

  it('gives up the owner once the message is consumed and the mark honoured', async () => {
    const node = await lab.join();
    const record = await running(lab, 'i1', node);
    await lab.store.commit(aCommit(record, { subscribe: [aWait('i1', 0)] }));
    await lab.store.publish([anEvent('e1')]);
    await lab.store.control(aMark('i1', 'pause'));
    const refused = await lab.store.commit(aCommit(record, { revision: 2, ...aRest('waiting') }));

    const receipt = await lab.store.commit(
      aCommit(record, {
        revision: 3,
        ...aRest('paused'),
        consumed: refused.delivered.map(({ id }) => id),
        honoured: refused.control?.at ?? null,
      }),
    );

    expect(receipt).toMatchObject({ rested: true, delivered: [], control: null });
    expect((await lab.load('i1')).record).toMatchObject({ owner: null, status: 'paused', control: null });
  });

  it('does not clear a mark that is newer than the honoured one', async () => {
    const node = await lab.join();
    const record = await running(lab, 'i1', node);
    await lab.store.control(aMark('i1', 'pause'));
    const [mail] = await lab.store.mail(node);
    await lab.store.control(aMark('i1', 'cancel'));

    const honoured = mail?.record.control?.at ?? null;
    const receipt = await lab.store.commit(aCommit(record, { ...aRest('paused'), honoured }));

    expect(receipt).toMatchObject({ rested: false, control: { action: 'cancel' } });
  });

  it.each(['completed', 'cancelled'] as const)(
    'ends as %s whatever stands or arrived, and drops waits, inbox and mark',
    async (status) => {
      const node = await lab.join();
      const record = await running(lab, 'i1', node);
      const waits = [aWait('i1', 0), aWait('i1', 0, { id: 'i1/p2/1', key: 'k2' })];
      await lab.store.commit(aCommit(record, { subscribe: waits }));
      await lab.store.publish([anEvent('e1')]);
      await lab.store.control(aMark('i1', 'pause'));

      const receipt = await lab.store.commit(aCommit(record, { revision: 2, ...aRest(status) }));

      expect(receipt).toMatchObject({ rested: true, delivered: [], control: null });
      expect(await lab.load('i1')).toMatchObject({
        record: { status, owner: null, control: null },
        inbox: [],
      });
      expect(await lab.store.subscriptions({})).toEqual([]);
    },
  );

  it('fails in spite of unread messages and keeps them and its waits for a retry', async () => {
    const node = await lab.join();
    const record = await running(lab, 'i1', node);
    const waits = [aWait('i1', 0), aWait('i1', 0, { id: 'i1/p2/1', key: 'k2' })];
    await lab.store.commit(aCommit(record, { subscribe: waits }));
    await lab.store.publish([anEvent('e1')]);

    const rest = aRest('failed', { failure: aFailure() });
    const receipt = await lab.store.commit(aCommit(record, { revision: 2, ...rest }));

    expect(receipt.rested).toBe(true);
    expect((await lab.load('i1')).inbox).toHaveLength(1);
    expect(await lab.store.subscriptions({})).toHaveLength(1);
  });

  it('does not fail over a wish to cancel, but over a wish that a failed instance cannot have', async () => {
    const node = await lab.join();
    const [cancelled, paused] = [await running(lab, 'i1', node), await running(lab, 'i2', node)];
    await lab.store.control(aMark('i1', 'cancel'));
    await lab.store.control(aMark('i2', 'pause'));

    const first = await lab.store.commit(aCommit(cancelled, aRest('failed')));
    const second = await lab.store.commit(aCommit(paused, aRest('failed')));

    expect(first).toMatchObject({ rested: false, control: { action: 'cancel' } });
    expect(second).toMatchObject({ rested: true, control: null });
    expect((await lab.load('i2')).record).toMatchObject({ status: 'failed', control: null });
  });

  it('takes the snapshot of a refused rest', async () => {
    const record = await running(lab, 'i1', await lab.join());
    await lab.store.control(aMark('i1', 'pause'));

    await lab.store.commit(aCommit(record, aRest('waiting')));

    expect(await lab.load('i1')).toMatchObject({
      record: { snapshotRevision: 1 },
      snapshot: '{"at":"rest"}',
      tail: [],
    });
  });

  it('shows an owner its mail, and nobody else’s', async () => {
    const [a, b] = [await lab.join('a'), await lab.join('b')];
    await running(lab, 'i1', a);
    await running(lab, 'i2', a);
    await running(lab, 'i3', b);
    for (const id of ['i1', 'i3']) await lab.store.control(aMark(id, 'pause'));

    expect((await lab.store.mail(a)).map(({ record }) => record.id)).toEqual(['i1']);
  });

  it('tells the owner’s process that there is mail, also when another object wrote it', async () => {
    const second = await lab.second();
    const node = await lab.join();
    await running(lab, 'i1', node);
    const hinted = new Promise((resolve) => {
      const stop = lab.store.onHint((hint) => {
        if (hint !== 'mail') return;
        stop();
        resolve(hint);
      });
    });

    await second.control(aMark('i1', 'pause'));

    expect(await hinted).toBe('mail');
  });

  it('tells other listeners that something is due', async () => {
    const second = await lab.second();
    const node = await lab.join();
    await resting(lab, 'i1', node, 'waiting', { commit: { subscribe: [aWait('i1', 0)] } });
    const hinted = new Promise((resolve) => second.onHint((hint) => hint === 'due' && resolve(hint)));
    lab.store.onHint(() => undefined);

    await lab.store.publish([anEvent('e1')]);

    expect(await hinted).toBe('due');
    expect((await claimed(lab, 'i1', node)).inbox).toHaveLength(1);
  });
}
