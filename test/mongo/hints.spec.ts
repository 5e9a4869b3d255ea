import { describe, expect, it } from 'vitest';
import type { Hint } from '@workflow-runner/contract';
import type { MongoDriver } from '../../libs/store/src/mongo/driver.js';
import {
  aCommit,
  anEvent,
  aRest,
  aSignal,
  aStart,
  aWait,
} from '../../libs/testing/src/store-contract/samples.js';
import { describeOnMongo } from '../servers/mongo/suite.js';
import { Ground, join, running } from './ground.js';

describeOnMongo('hints of the MongoDB store', (server) => {
  const ground = new Ground(server);

  describe.each([
    ['with change streams', (driver: MongoDriver) => driver],
    ['without change streams', withoutStreams],
  ])('%s', (_, between) => {
    it('tell a process of what another one has made due', async () => {
      const [listener, other] = [await ground.open(between), await ground.open()];
      await join(other);
      const hints = listenTo(listener);

      await other.create([aStart('i1')]);

      await hints.has('due');
    });

    it('tell a process of mail for what it runs', async () => {
      const [listener, other] = [await ground.open(between), await ground.open()];
      await join(other, 'node-b');
      await running(listener, 'i1', await join(listener));
      const hints = listenTo(listener);

      await other.send(aSignal('i1'));

      await hints.has('mail');
    });

    it('tell a process of an event that wakes what nobody runs', async () => {
      const [listener, other] = [await ground.open(between), await ground.open()];
      const node = await join(other, 'node-b');
      const record = await running(other, 'i1', node);
      await other.commit(aCommit(record, { ...aRest('waiting'), subscribe: [aWait('i1', 0)] }));
      const hints = listenTo(listener);

      await other.publish([anEvent('e1')]);

      await hints.has('due');
    });

    it('are silent while nothing happens', async () => {
      const [listener, other] = [await ground.open(between), await ground.open()];
      await join(listener);
      const node = await join(other, 'node-b');
      await running(other, 'i1', node);
      const hints = listenTo(listener);
      await new Promise((resolve) => setTimeout(resolve, 700));
      hints.seen.length = 0;

      await other.beat(node, []);
      await new Promise((resolve) => setTimeout(resolve, 700));

      expect(hints.seen).toEqual([]);
    });
  });

  it('tell, where the server tells of changes, also of what is due behind something that nobody takes', async () => {
    const [listener, other] = [await ground.open(), await ground.open()];
    await other.create([aStart('i1')]);
    const hints = listenTo(listener);
    await new Promise((resolve) => setTimeout(resolve, 700));
    hints.seen.length = 0;
    ground.clock.advance(5);

    await other.create([aStart('i2')]);

    await hints.has('due');
  });

  it('stop with the store', async () => {
    const store = await ground.open();
    const hints = listenTo(store);
    await store.close();

    const other = await ground.open();
    await other.create([aStart('i1')]);
    await new Promise((resolve) => setTimeout(resolve, 700));

    expect(hints.seen).toEqual([]);
  });
});

function listenTo(store: { onHint(listener: (hint: Hint) => void): () => void }) {
  const seen: Hint[] = [];
  store.onHint((hint) => seen.push(hint));
  const has = async (hint: Hint): Promise<void> => {
    for (let looks = 0; looks < 300 && !seen.includes(hint); looks += 1)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(seen).toContain(hint);
  };
  return { seen, has };
}

/** As a single server is that is no member of a replica set. */
function withoutStreams(driver: MongoDriver): MongoDriver {
  return new Proxy(driver, {
    get: (target, name: keyof MongoDriver) => {
      if (name !== 'watch') return (target[name] as (...parts: unknown[]) => unknown).bind(target);
      const watch: MongoDriver['watch'] = (_collection, _pipeline, { onEnd }) => {
        setImmediate(() => onEnd(new Error('The $changeStream stage is only supported on replica sets')));
        return async () => undefined;
      };
      return watch;
    },
  });
}
