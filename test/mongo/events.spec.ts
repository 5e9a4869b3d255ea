import { describe, expect, it } from 'vitest';
import type { InstanceRecord, NodeIdentity } from '@workflow-runner/contract';
import type { MongoStore } from '@workflow-runner/store/mongo';
import { ManualClock } from '@workflow-runner/testing';
import { WORKFLOW } from '../../libs/testing/src/store-contract/lab.js';
import { aCommit, anEvent, aRest, aStart, aWait } from '../../libs/testing/src/store-contract/samples.js';
import { describeOnMongo } from '../servers/mongo/suite.js';
import { Ground, join, loaded, running, withoutWaits } from './ground.js';
import { everyOrder, Turns } from './turns.js';

describeOnMongo('events of the MongoDB store', (server) => {
  const ground = new Ground(server);

  /** Waits for an event whose key is its id. */
  function waiting(record: InstanceRecord, overrides: Parameters<typeof aWait>[2] = {}) {
    const wait = aWait(record.id, ground.clock.now(), {
      id: `${record.id}/p1/1`,
      key: record.id,
      ...overrides,
    });
    return aCommit(record, { ...aRest('waiting'), subscribe: [wait] });
  }

  async function inboxOf(store: MongoStore, id: string): Promise<string[]> {
    return (await loaded(store, id)).inbox.map((message) => message.id);
  }

  describe('a publisher and a subscriber that pass each other', () => {
    it('miss nothing and double nothing, in whatever order their calls reach the server', async () => {
      const turns = new Turns();
      const publisher = await ground.open(turns.player('publisher'));
      const subscriber = await ground.open(turns.player('subscriber'));
      const node = await join(subscriber);

      for (const order of everyOrder('p', 4, 's', 7)) {
        const record = await running(subscriber, order, node);
        await turns.play(order, {
          publisher: () => publisher.publish([anEvent(`e-${order}`, { key: order })]),
          subscriber: () => subscriber.commit(waiting(record)),
        });

        const after = await withoutWaits(publisher, order);
        expect(after.inbox.map(({ id }) => id)).toEqual([`e-${order}>${order}/p1/1`]);
        expect(after.record.owner ?? after.record.wakeAt).toEqual(after.record.owner ?? ground.clock.now());
      }
      expect(await publisher.check()).toEqual([]);
    });

    it('do so too when the time of an event has come for its publisher and not for the subscriber', async () => {
      const turns = new Turns();
      const ahead = new ManualClock();
      const publisher = await ground.open(turns.player('publisher'), { clock: ahead });
      const subscriber = await ground.open(turns.player('subscriber'));
      const node = await join(subscriber);
      ahead.advance(50);

      for (const order of everyOrder('p', 6, 's', 7).filter((_, index) => index % 8 === 0)) {
        const record = await running(subscriber, order, node);
        await publisher.publish([anEvent(`e-${order}`, { key: order, time: ahead.now() + 1 })]);
        ahead.advance(1);
        await turns.play(order, {
          publisher: () => publisher.deliverDue(10),
          subscriber: () => subscriber.commit(waiting(record)),
        });

        const after = await withoutWaits(publisher, order);
        expect(after.inbox.map(({ id }) => id)).toEqual([`e-${order}>${order}/p1/1`]);
      }
    });
  });

  describe('two stores that deliver the same event', () => {
    it('bring it once, in whatever order their calls reach the server', async () => {
      const turns = new Turns();
      const [a, b] = [await ground.open(turns.player('a')), await ground.open(turns.player('b'))];
      const node = await join(a);

      for (const order of everyOrder('a', 5, 'b', 5).filter((_, index) => index % 3 === 0)) {
        await a.commit(waiting(await running(a, order, node)));
        await a.publish([anEvent(`e-${order}`, { key: order, time: ground.clock.now() + 1 })]);
        ground.clock.advance(1);
        await turns.play(order, { a: () => a.deliverDue(10), b: () => b.deliverDue(10) });

        expect(await inboxOf(a, order)).toEqual([`e-${order}>${order}/p1/1`]);
        expect(await a.deliverDue(10)).toEqual([]);
      }
    });

    it('accept it from one of them when both publish it', async () => {
      const turns = new Turns();
      const [a, b] = [await ground.open(turns.player('a')), await ground.open(turns.player('b'))];
      const node = await join(a);

      for (const order of everyOrder('a', 4, 'b', 4)) {
        await a.commit(waiting(await running(a, order, node)));
        const accepted: boolean[] = [];
        const publish = async (store: MongoStore): Promise<void> => {
          const [receipt] = await store.publish([anEvent(`e-${order}`, { key: order })]);
          accepted.push(receipt?.accepted === true);
        };
        await turns.play(order, { a: () => publish(a), b: () => publish(b) });

        expect(accepted.sort()).toEqual([false, true]);
        expect(await inboxOf(a, order)).toEqual([`e-${order}>${order}/p1/1`]);
      }
    });

    it('do not give it to the next wait of an instance that has had it', async () => {
      const turns = new Turns();
      const [slow, quick] = [
        await ground.open(turns.player('slow')),
        await ground.open(turns.player('quick')),
      ];
      const node = await join(quick);
      await quick.commit(waiting(await running(quick, 'i1', node)));
      await quick.publish([anEvent('e1', { key: 'i1', time: ground.clock.now() + 1 })]);
      ground.clock.advance(1);

      // It has read what is due, and stands still while the other one goes on.
      await turns.play(`s${'q'.repeat(40)}`, {
        slow: () => slow.deliverDue(10),
        quick: async () => {
          await quick.deliverDue(10);
          const [had] = await quick.claim(node, { limit: 1, workflowIds: [WORKFLOW], instanceIds: ['i1'] });
          if (had)
            await quick.commit({
              ...waiting(had.record, { id: 'next', except: ['e1'] }),
              consumed: ['e1>i1/p1/1'],
            });
        },
      });

      expect(await inboxOf(quick, 'i1')).toEqual([]);
      expect((await quick.subscriptions({})).map(({ id }) => id)).toEqual(['next']);
    });
  });

  describe('many who wait', () => {
    const MANY = 450;

    async function manyWait(key: (id: string) => string): Promise<string[]> {
      const store = await ground.open();
      const node = await join(store);
      const ids = Array.from({ length: MANY }, (_, i) => `i${i}`);
      const receipts = await store.create(ids.map((id) => aStart(id, { claimBy: node })));
      const records = receipts.flatMap((receipt) => (receipt.verdict === 'created' ? [receipt.record] : []));
      await Promise.all(records.map((record) => store.commit(waiting(record, { key: key(record.id) }))));
      // It is done with looking for events that came meanwhile.
      await store.close();
      return ids;
    }

    it('for one event get it, each of them once', async () => {
      const ids = await manyWait(() => 'all');
      const store = await ground.open();

      const [receipt] = await store.publish([anEvent('e1', { key: 'all' })]);

      expect([...(receipt?.woken ?? [])].sort()).toEqual([...ids].sort());
      const inboxes = await Promise.all(ids.map((id) => inboxOf(store, id)));
      expect(inboxes).toEqual(ids.map((id) => [`e1>${id}/p1/1`]));
    });

    it('for as many events of one call get their own', async () => {
      const ids = await manyWait((id) => id);
      const store = await ground.open();

      const receipts = await store.publish(ids.map((id) => anEvent(`e-${id}`, { key: id })));

      expect(receipts.map(({ woken }) => woken)).toEqual(ids.map((id) => [id]));
      const inboxes = await Promise.all(ids.map((id) => inboxOf(store, id)));
      expect(inboxes).toEqual(ids.map((id) => [`e-${id}>${id}/p1/1`]));
    });
  });

  it('leave a full document as it is and reach it once it has room', async () => {
    const store = await ground.open();
    const node = await join(store);
    const full = 'x'.repeat(15 * 1024 * 1024 - 20_000);
    const wait = { ...waiting(await running(store, 'full', node)), snapshot: full };
    await store.commit(wait);
    await store.commit(waiting(await running(store, 'other', node), { key: 'full' }));

    await store.publish([anEvent('e1', { key: 'full', data: JSON.stringify('y'.repeat(30_000)) })]);

    expect(await inboxOf(store, 'full')).toEqual([]);
    expect(await inboxOf(store, 'other')).toEqual(['e1>other/p1/1']);
    const [again] = await store.claim(node, { limit: 1, workflowIds: [WORKFLOW], instanceIds: ['full'] });
    if (again) await store.commit(aCommit(again.record, { snapshot: '{}' }));
    await sweep(store, node);
    expect(await inboxOf(store, 'full')).toEqual(['e1>full/p1/1']);
  });

  it('reach a document that only seems full, because what its owner has consumed still counted', async () => {
    const store = await ground.open();
    const node = await join(store);
    const record = await running(store, 'i1', node);
    const large = JSON.stringify('y'.repeat(4 * 1024 * 1024));
    const keys = ['a', 'b', 'c', 'd', 'e'];
    const subscribe = keys.map((key) => aWait('i1', 0, { id: `wait-${key}`, key }));
    await store.commit(aCommit(record, { revision: 1, subscribe }));

    for (const [index, key] of keys.entries()) {
      await store.publish([anEvent(`event-${key}`, { key, data: large })]);
      if ((await inboxOf(store, 'i1')).length === 0) await sweep(store, node);
      const consumed = await inboxOf(store, 'i1');
      expect(consumed).toEqual([`event-${key}>wait-${key}`]);
      await store.commit(aCommit(record, { revision: 2 + index, consumed }));
    }
  });

  async function sweep(store: MongoStore, node: NodeIdentity): Promise<void> {
    ground.clock.advance(5_000);
    await store.beat(node, [WORKFLOW]);
  }
});
