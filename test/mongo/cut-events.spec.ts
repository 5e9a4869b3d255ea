import { describe, expect, it } from 'vitest';
import type { InstanceRecord, NodeIdentity } from '@workflow-runner/contract';
import type { MongoDriver } from '../../libs/store/src/mongo/driver.js';
import type { MongoStore } from '@workflow-runner/store/mongo';
import { WORKFLOW } from '../../libs/testing/src/store-contract/lab.js';
import { aCommit, anEvent, aRest, aWait } from '../../libs/testing/src/store-contract/samples.js';
import { describeOnMongo } from '../servers/mongo/suite.js';
import { CuttingDriver } from './cutting-driver.js';
import { Ground, join, loaded, running } from './ground.js';

/** As long as nobody takes what is left undone for what is under way, in ms. */
const PATIENCE_MS = 5_000;

describeOnMongo('a process of the MongoDB store that dies over an event', (server) => {
  const ground = new Ground(server);

  /**
   * Does something in a process that dies at its first call, its second and so on, before the server has it and after; until it
   * comes through.
   * @param attempt in a store of its own; `id` is new each time
   */
  async function dieEverywhere(attempt: (dying: Dying, id: string) => Promise<void>): Promise<number> {
    let deaths = 0;
    for (const when of ['before', 'after'] as const) {
      for (let call = 1; ; call += 1) {
        const dying = await Dying.open(ground);
        await attempt({ ...dying, arm: () => dying.cutting.arm(call, when) }, `i-${when}-${call}`);
        if (!dying.cutting.wasCut) break;
        deaths += 1;
      }
    }
    return deaths;
  }

  function waiting(record: InstanceRecord, isAsleep: boolean) {
    const wait = aWait(record.id, ground.clock.now(), { id: `${record.id}/p1/1`, key: record.id });
    return aCommit(record, { ...(isAsleep && aRest('waiting')), subscribe: [wait] });
  }

  /** @returns whether its owner was told of mail by then */
  async function sweep(store: MongoStore, node: NodeIdentity): Promise<boolean> {
    ground.clock.advance(PATIENCE_MS);
    const pulses = [await store.beat(node, [WORKFLOW]), await store.beat(node, [WORKFLOW])];
    return pulses.some(({ rung }) => rung);
  }

  describe.each([
    ['sleeps', true],
    ['runs', false],
  ])('for an instance that %s', (_, isAsleep) => {
    it('leaves a published event to the next sweep, which brings it once and tells the owner', async () => {
      const survivor = await ground.open();
      const node = await join(survivor);

      const deaths = await dieEverywhere(async ({ store, arm }, id) => {
        await survivor.commit(waiting(await running(survivor, id, node), isAsleep));
        await survivor.mail(node);
        arm();
        const published = await store.publish([anEvent(`e-${id}`, { key: id })]).catch(() => null);

        const isStored = (await survivor.event(null, `e-${id}`)) !== null;
        expect(published === null || isStored).toBe(true);
        const wasRung = await sweep(survivor, node);
        const { inbox, record } = await loaded(survivor, id);
        expect(inbox.map((message) => message.id)).toEqual(isStored ? [`e-${id}>${id}/p1/1`] : []);
        if (isStored && isAsleep) expect(record.wakeAt).toBeLessThanOrEqual(ground.clock.now());
        if (isStored && !isAsleep) expect(wasRung).toBe(true);
        await finish(survivor, record, node);
      });
      expect(deaths).toBeGreaterThanOrEqual(isAsleep ? 7 : 9);
      expect(await survivor.check()).toEqual([]);
    });
  });

  it('leaves an event whose time has come to the next one who delivers what is due, or to the sweep', async () => {
    const survivor = await ground.open();
    const node = await join(survivor);

    const deaths = await dieEverywhere(async ({ store, arm }, id) => {
      await survivor.commit(waiting(await running(survivor, id, node), true));
      await survivor.publish([anEvent(`e-${id}`, { key: id, time: ground.clock.now() + 1 })]);
      ground.clock.advance(1);
      arm();
      await store.deliverDue(10).catch(() => []);

      await survivor.deliverDue(10);
      await sweep(survivor, node);
      expect((await loaded(survivor, id)).inbox.map((message) => message.id)).toEqual([`e-${id}>${id}/p1/1`]);
      expect(await survivor.nextDueAt([])).toBeNull();
    });
    expect(deaths).toBeGreaterThanOrEqual(9);
  });

  describe('after it has begun to wait', () => {
    it.each(['a sweep', 'a claim'])('is caught up by %s with what was published meanwhile', async (how) => {
      const survivor = await ground.open();
      const node = await join(survivor, 'node-b');

      const deaths = await dieEverywhere(async ({ store, arm, beforeCommit }, id) => {
        const record = await running(store, id, await join(store, `node-${id}`));
        beforeCommit(() => survivor.publish([anEvent(`e-${id}`, { key: id })]));
        arm();
        const receipt = await store.commit(waiting(record, true)).catch(() => null);
        // What goes on behind the answer has ended with the process.
        await store.close().catch(() => undefined);
        const { record: after } = await loaded(survivor, id);
        expect(receipt === null || after.revision === 1).toBe(true);
        if (after.revision === 0) return;

        if (how === 'a sweep') await sweep(survivor, node);
        else await survivor.claim(node, { limit: 1, workflowIds: [WORKFLOW], instanceIds: [id] });
        expect((await loaded(survivor, id)).inbox.map((message) => message.id)).toEqual([
          `e-${id}>${id}/p1/1`,
        ]);
        expect(await survivor.subscriptions({ instanceId: id })).toEqual([]);
      });
      expect(deaths).toBeGreaterThanOrEqual(9);
    });
  });

  /** So that it does not ring or wake any more. */
  async function finish(store: MongoStore, record: InstanceRecord, node: NodeIdentity): Promise<void> {
    const owned = record.owner
      ? record
      : (await store.claim(node, { limit: 1, workflowIds: [WORKFLOW], instanceIds: [record.id] }))[0]?.record;
    if (owned) await store.commit(aCommit(owned, aRest('completed')));
  }
});

/** A store whose process dies at a call. */
interface Dying {
  readonly store: MongoStore;
  readonly cutting: CuttingDriver;
  readonly arm: () => void;
  /** Does something right before the next update of an instance reaches the server. */
  readonly beforeCommit: (something: () => Promise<unknown>) => void;
}

const Dying = {
  async open(ground: Ground): Promise<Dying> {
    const cutting = new CuttingDriver();
    let before: (() => Promise<unknown>) | null = null;
    const meanwhile = (driver: MongoDriver): MongoDriver =>
      new Proxy(driver, {
        get: (target, name: keyof MongoDriver) => {
          const call = (target[name] as (...parts: unknown[]) => unknown).bind(target);
          if (name !== 'updateOne') return call;
          return async (...parts: unknown[]) => {
            const something = parts[0] === 'instances' ? before : null;
            if (something) before = null;
            await something?.();
            return call(...parts);
          };
        },
      });
    const store = await ground.open((driver) => meanwhile(cutting.intercept(driver)));
    return { store, cutting, arm: () => undefined, beforeCommit: (something) => (before = something) };
  },
};
