import type { ClaimRequest, NodeIdentity, Store } from '@workflow-runner/contract';
import { ManualClock } from '@workflow-runner/testing';
import { expect, it } from 'vitest';
import { aCommit, aRest, aStart } from '../../libs/testing/src/store-contract/samples.js';
import { describeOnMongo } from '../servers/mongo/suite.js';
import { CuttingDriver } from './cutting-driver.js';
import { Ground } from './ground.js';
import { Turns } from './turns.js';

/** Longer than anybody may take between taking a slot and owning its instance. */
const TOO_LATE_MS = 10_001;

describeOnMongo('slots of the MongoDB store', (server) => {
  const ground = new Ground(server);

  /** A workflow of its own for each round. */
  function workflow(name: string) {
    const workflowId = `round.${name}@1.0.0`;
    const one = { nameSpace: 'round', name, version: '1.0.0', workflowId };
    const start = (id: string, claimBy: NodeIdentity | null = null) =>
      aStart(`${name}-${id}`, { ...one, claimBy, slotLimit: claimBy && 1 });
    const under = (limit: number, overrides: Partial<ClaimRequest> = {}): ClaimRequest => ({
      ...{ limit: 100, workflowIds: [workflowId] },
      limits: [{ nameSpace: 'round', name, limit }],
      ...overrides,
    });
    const owned = async (store: Store): Promise<string[]> => {
      const { items } = await store.list({ nameSpace: 'round', name }, { limit: 100 });
      return items.filter(({ owner }) => owner !== null).map(({ id }) => id);
    };
    return { workflowId, start, under, owned };
  }

  const join = (store: Store, nodeId: string) => store.join({ nodeId, leaseMs: 15_000, workflowIds: [] });

  it.each(['before', 'after'] as const)(
    'loses none, and gives none twice, wherever a claim is cut off, %s a call reached the server',
    async (when) => {
      const store = await ground.open();
      const heir = await join(store, 'heir');
      let call = 0;
      for (let wasCut = true; wasCut;) {
        call += 1;
        const { start, under, owned } = workflow(`claim${call}`);
        await store.create(['a', 'b', 'c'].map((id) => start(id)));
        const cutting = new CuttingDriver();
        const doomed = await ground.open(cutting.intercept);
        const node = await join(doomed, `doomed${call}`);
        cutting.arm(call, when);
        await doomed.claim(node, under(2)).catch(() => undefined);
        ({ wasCut } = cutting);
        const hint = `${when} ${call}: ${cutting.calls.at(-1)}`;

        await store.claim(heir, under(2));
        expect((await owned(store)).length, `${hint}, at once`).toBeLessThanOrEqual(2);
        await store.takeover(node);
        ground.clock.advance(TOO_LATE_MS);
        await store.claim(heir, under(2));

        expect(await owned(store), hint).toHaveLength(2);
      }
      expect(call).toBeGreaterThan(8);
    },
  );

  it.each(['before', 'after'] as const)(
    'loses none, and gives none twice, wherever a start is cut off, %s a call reached the server',
    async (when) => {
      const store = await ground.open();
      const heir = await join(store, 'heir');
      let call = 0;
      for (let wasCut = true; wasCut;) {
        call += 1;
        const { start, under, owned } = workflow(`start${call}`);
        const cutting = new CuttingDriver();
        const doomed = await ground.open(cutting.intercept);
        const node = await join(doomed, `doomed${call}`);
        cutting.arm(call, when);
        await doomed.create([start('a', node)]).catch(() => undefined);
        ({ wasCut } = cutting);
        const hint = `${when} ${call}: ${cutting.calls.at(-1)}`;

        await store.create([start('b', heir)]);
        expect((await owned(store)).length, `${hint}, at once`).toBeLessThanOrEqual(1);
        await store.takeover(node);
        ground.clock.advance(TOO_LATE_MS);
        await store.claim(heir, under(1));

        expect(await owned(store), hint).toHaveLength(1);
      }
      expect(call).toBeGreaterThan(3);
    },
  );

  it('takes none from somebody who has not had the time to own its instance', async () => {
    const { start, under } = workflow('young');
    const store = await ground.open();
    const heir = await join(store, 'heir');
    await store.create([start('a'), start('b')]);
    const cutting = new CuttingDriver();
    const doomed = await ground.open(cutting.intercept);
    const node = await join(doomed, 'doomed');
    cutting.armAt('updateOne slots', 'after');
    await expect(doomed.claim(node, under(1))).rejects.toThrow();

    for (let look = 0; look < 3; look += 1) {
      ground.clock.advance(3_000);
      expect(await store.claim(heir, under(1))).toEqual([]);
    }

    ground.clock.advance(3_000);
    expect(await store.claim(heir, under(1))).toHaveLength(1);
  });

  it('is never held by two when one finds the other too late, whatever calls of theirs pass each other', async () => {
    const turns = new Turns();
    const store = await ground.open();
    const ahead = new ManualClock();
    ahead.advance(TOO_LATE_MS);
    const late = await ground.open(turns.player('late'));
    const quick = await ground.open(turns.player('quick'), { clock: ahead });
    const nodes = [await join(late, 'late'), await join(quick, 'quick'), await join(store, 'heir')] as const;
    let lost = 0;
    for (let before = 6; before <= 15; before += 1) {
      for (const between of [9, 10, 11, 12, 13, 14, 15, 99]) {
        const { start, under, owned } = workflow(`pass${before}x${between}`);
        await store.create([start('a'), start('b')]);

        const order = 'l'.repeat(before) + 'q'.repeat(between) + 'l'.repeat(99);
        const got: readonly unknown[][] = [];
        await turns.play(order, {
          late: async () => (got as unknown[][]).push([...(await late.claim(nodes[0], under(1)))]),
          quick: async () => (got as unknown[][]).push([...(await quick.claim(nodes[1], under(1)))]),
        });

        const held = await owned(store);
        expect(held.length, order).toBeLessThanOrEqual(1);
        expect(got.flat(), order).toHaveLength(held.length);
        if (held.length === 0) lost += 1;
      }
    }
    expect(lost).toBeLessThan(40);
  });

  it('is free again with the next look when its owner could not say that it is', async () => {
    const { start, under, owned } = workflow('silent');
    const silent = new CuttingDriver();
    const store = await ground.open();
    const holder = await ground.open(silent.intercept);
    const [node, heir] = [await join(holder, 'holder'), await join(store, 'heir')];
    const [held] = await holder.create([start('a', node)]);
    if (held?.verdict !== 'created') throw new Error('it was not created');
    await store.create([start('b', heir)]);
    expect(await store.claim(heir, under(1))).toEqual([]);
    silent.armAt('bulkUpdate slots', 'before');
    await holder.commit(aCommit(held.record, aRest('completed')));

    ground.clock.advance(1_000);

    expect(silent.wasCut).toBe(true);
    expect((await store.claim(heir, under(1))).map(({ record }) => record.id)).toEqual(['silent-b']);
    expect(await owned(store)).toEqual(['silent-b']);
  });
});
