import { expect, it } from 'vitest';
import type { Lab } from './lab.js';
import { claimed, resting, running } from './owned-instance.js';
import { aCommit, anEvent, aRest, aStart, aWait } from './samples.js';

export function eventChapter(lab: Lab): void {
  it('delivers an event to an instance that waits for it and makes it due', async () => {
    const node = await lab.join();
    await resting(lab, 'i1', node, 'waiting', { commit: { subscribe: [aWait('i1', lab.clock.now())] } });
    lab.clock.advance(5);

    const [receipt] = await lab.store.publish([anEvent('e1')]);

    expect(receipt).toEqual({ id: 'e1', accepted: true, woken: ['i1'], owned: [] });
    const [loaded] = await lab.claimDue(node);
    expect(loaded?.inbox).toEqual([
      {
        id: 'e1>i1/p1/1',
        subscriptionId: 'i1/p1/1',
        pointerId: 'p1',
        eventId: 'e1',
        eventTime: lab.clock.now(),
        name: 'order.paid',
        key: 'k1',
        data: '"e1"',
      },
    ]);
  });

  it('gives a wait one event and no second', async () => {
    const node = await lab.join();
    await resting(lab, 'i1', node, 'waiting', { commit: { subscribe: [aWait('i1', lab.clock.now())] } });

    await lab.store.publish([anEvent('e1'), anEvent('e2')]);

    expect((await lab.load('i1')).inbox.map(({ eventId }) => eventId)).toEqual(['e1']);
    expect(await lab.store.subscriptions({})).toEqual([]);
  });

  it('reaches everybody who waits, once for each wait', async () => {
    const node = await lab.join();
    const waits = [aWait('i1', 0, { id: 'i1/p1/1' }), aWait('i1', 0, { id: 'i1/p2/1', pointerId: 'p2' })];
    await resting(lab, 'i1', node, 'waiting', { commit: { subscribe: waits } });
    await resting(lab, 'i2', node, 'waiting', { commit: { subscribe: [aWait('i2', 0)] } });

    const [receipt] = await lab.store.publish([anEvent('e1')]);

    expect([...(receipt?.woken ?? [])].sort()).toEqual(['i1', 'i2']);
    expect((await lab.load('i1')).inbox.map(({ pointerId }) => pointerId).sort()).toEqual(['p1', 'p2']);
  });

  it.each([
    ['another name', { name: 'order.sent' }],
    ['another key', { key: 'k2' }],
    ['another tenant', { tenantId: 't1' }],
  ])('keeps an event of %s away', async (_, other) => {
    const node = await lab.join();
    await resting(lab, 'i1', node, 'waiting', { commit: { subscribe: [aWait('i1', 0)] } });

    const [receipt] = await lab.store.publish([anEvent('e1', other)]);

    expect(receipt).toMatchObject({ accepted: true, woken: [], owned: [] });
    expect((await lab.load('i1')).inbox).toEqual([]);
  });

  it('keeps an event away from a wait that begins later, and delivers the next one', async () => {
    const node = await lab.join();
    await resting(lab, 'i1', node, 'waiting', { commit: { subscribe: [aWait('i1', lab.clock.now() + 10)] } });

    await lab.store.publish([anEvent('early')]);
    lab.clock.advance(10);
    await lab.store.publish([anEvent('match')]);

    expect((await lab.load('i1')).inbox.map(({ eventId }) => eventId)).toEqual(['match']);
  });

  it('changes nothing when an event is published again, also by another object', async () => {
    const node = await lab.join();
    await lab.store.publish([anEvent('e1')]);
    await resting(lab, 'i1', node, 'waiting', { commit: { subscribe: [aWait('i1', lab.clock.now() + 1)] } });
    lab.clock.advance(10);

    const [receipt] = await (await lab.second()).publish([anEvent('e1', { data: '"other"' })]);

    expect(receipt).toEqual({ id: 'e1', accepted: false, woken: [], owned: [] });
    expect((await lab.load('i1')).inbox).toEqual([]);
    expect((await lab.store.event(null, 'e1'))?.data).toBe('"e1"');
  });

  it('keeps the same id of two tenants apart', async () => {
    const receipts = await lab.store.publish([anEvent('e1'), anEvent('e1', { tenantId: 't1', data: '2' })]);

    expect(receipts.map(({ accepted }) => accepted)).toEqual([true, true]);
    expect(await lab.store.event('t1', 'e1')).toMatchObject({ tenantId: 't1', data: '2' });
  });

  it('finds an event that was published before the wait, from its as-of on', async () => {
    const node = await lab.join();
    await lab.store.publish([anEvent('early')]);
    const asOf = lab.clock.now() + 1;
    lab.clock.advance(1);
    await lab.store.publish([anEvent('match')]);
    const record = await running(lab, 'i1', node);

    const receipt = await lab.store.commit(aCommit(record, { subscribe: [aWait('i1', asOf)] }));

    expect(receipt.delivered.map(({ id }) => id)).toEqual(['match>i1/p1/1']);
    expect(await lab.store.subscriptions({})).toEqual([]);
    expect((await lab.load('i1')).inbox).toEqual(receipt.delivered);
  });

  it('gives the earliest of several stored events, passing over those the instance has had', async () => {
    const node = await lab.join();
    const asOf = lab.clock.now();
    for (const id of ['e1', 'e2', 'e3']) {
      await lab.store.publish([anEvent(id)]);
      lab.clock.advance(1);
    }
    const record = await running(lab, 'i1', node);

    const first = await lab.store.commit(aCommit(record, { subscribe: [aWait('i1', asOf, { id: 'a' })] }));
    const next = aWait('i1', asOf, { id: 'b', except: ['e1'] });
    const second = await lab.store.commit(aCommit(record, { revision: 2, subscribe: [next] }));

    expect([...first.delivered, ...second.delivered].map(({ eventId }) => eventId)).toEqual(['e1', 'e2']);
  });

  it('loses no event when publishing and waiting happen at the same time', async () => {
    const second = await lab.second();
    const node = await lab.join();
    const ids = Array.from({ length: 20 }, (_, i) => `i${i}`);
    const records = await Promise.all(ids.map((id) => running(lab, id, node)));
    const asOf = lab.clock.now();

    await Promise.all(
      records.flatMap((record) => [
        lab.store.commit(
          aCommit(record, { ...aRest('waiting'), subscribe: [aWait(record.id, asOf, { key: record.id })] }),
        ),
        second.publish([anEvent(`e-${record.id}`, { key: record.id })]),
      ]),
    );

    const inboxes = await Promise.all(
      ids.map(async (id) => (await lab.load(id)).inbox.map(({ eventId }) => eventId)),
    );
    expect(inboxes).toEqual(ids.map((id) => [`e-${id}`]));
  });

  it('keeps an event of the future until its time and delivers it then', async () => {
    const node = await lab.join();
    await resting(lab, 'i1', node, 'waiting', { commit: { subscribe: [aWait('i1', lab.clock.now())] } });
    const time = lab.clock.now() + 1_000;

    const [published] = await lab.store.publish([anEvent('e1', { time })]);
    expect(published).toMatchObject({ accepted: true, woken: [] });
    lab.clock.advance(999);
    expect(await lab.store.deliverDue(10)).toEqual([]);
    lab.clock.advance(1);

    expect(await lab.store.deliverDue(10)).toMatchObject([{ id: 'e1', woken: ['i1'] }]);
    expect((await lab.load('i1')).inbox).toMatchObject([{ eventId: 'e1', eventTime: time }]);
    expect(await lab.store.deliverDue(10)).toEqual([]);
  });

  it('does not give a new wait an event whose time has not come', async () => {
    const record = await running(lab, 'i1', await lab.join());
    await lab.store.publish([anEvent('e1', { time: lab.clock.now() + 1_000 })]);

    const receipt = await lab.store.commit(aCommit(record, { subscribe: [aWait('i1', lab.clock.now())] }));

    expect(receipt.delivered).toEqual([]);
    lab.clock.advance(1_000);
    expect(await lab.store.deliverDue(10)).toMatchObject([{ id: 'e1', owned: [{ instanceId: 'i1' }] }]);
  });

  it('counts an event with a time in the past from the moment it is published', async () => {
    await lab.store.publish([anEvent('e1', { time: 5 })]);

    expect(await lab.store.event(null, 'e1')).toMatchObject({
      time: lab.clock.now(),
      publishedAt: lab.clock.now(),
    });
  });

  it('delivers to a running instance without taking it from its owner', async () => {
    const node = await lab.join();
    const record = await running(lab, 'i1', node);
    await lab.store.commit(aCommit(record, { subscribe: [aWait('i1', 0)] }));

    const [receipt] = await (await lab.second()).publish([anEvent('e1')]);

    expect(receipt).toMatchObject({ woken: [], owned: [{ instanceId: 'i1', nodeId: node.nodeId }] });
    expect(await lab.store.mail(node)).toMatchObject([
      { record: { id: 'i1', revision: 1 }, inbox: [{ eventId: 'e1' }] },
    ]);
  });

  it('drops a consumed message with the commit that took it in', async () => {
    const node = await lab.join();
    await resting(lab, 'i1', node, 'waiting', { commit: { subscribe: [aWait('i1', 0)] } });
    await lab.store.publish([anEvent('e1')]);
    const { record, inbox } = await claimed(lab, 'i1', node);

    await lab.store.commit(aCommit(record, { consumed: inbox.map(({ id }) => id) }));

    expect((await lab.load('i1')).inbox).toEqual([]);
    expect(await lab.store.mail(node)).toEqual([]);
  });

  it('ends a wait that its instance takes back', async () => {
    const record = await running(lab, 'i1', await lab.join());
    await lab.store.commit(aCommit(record, { subscribe: [aWait('i1', 0)] }));
    expect(await lab.store.subscriptions({ instanceId: 'i1' })).toHaveLength(1);

    await lab.store.commit(aCommit(record, { revision: 2, unsubscribe: ['i1/p1/1'] }));

    expect(await lab.store.subscriptions({})).toEqual([]);
    expect((await lab.store.publish([anEvent('e1')]))[0]).toMatchObject({ woken: [], owned: [] });
  });

  it('puts a message for a paused instance into its inbox and leaves it asleep', async () => {
    const node = await lab.join();
    await resting(lab, 'i1', node, 'paused', { commit: { subscribe: [aWait('i1', 0)] } });

    const [receipt] = await lab.store.publish([anEvent('e1')]);

    expect(receipt).toMatchObject({ woken: [], owned: [] });
    expect((await lab.load('i1')).inbox).toHaveLength(1);
    expect(await lab.claimDue(node)).toEqual([]);
  });

  it('shows who waits for what', async () => {
    const node = await lab.join();
    await resting(lab, 'i1', node, 'waiting', { commit: { subscribe: [aWait('i1', 3)] } });
    const start = { tenantId: 't1' };
    await resting(lab, 'i2', node, 'waiting', {
      start,
      commit: { subscribe: [aWait('i2', 4, { key: 'k2' })] },
    });
    await lab.store.create([aStart('i3')]);

    const ids = async (filter: Parameters<typeof lab.store.subscriptions>[0]) =>
      (await lab.store.subscriptions(filter)).map(({ instanceId }) => instanceId);
    expect(await ids({})).toEqual(['i1', 'i2']);
    expect(await ids({ tenantId: 't1' })).toEqual(['i2']);
    expect(await ids({ name: 'order.paid', key: 'k1' })).toEqual(['i1']);
    expect((await lab.store.subscriptions({ instanceId: 'i2' }))[0]).toEqual({
      id: 'i2/p1/1',
      instanceId: 'i2',
      pointerId: 'p1',
      tenantId: 't1',
      name: 'order.paid',
      key: 'k2',
      asOf: 4,
    });
  });
}
