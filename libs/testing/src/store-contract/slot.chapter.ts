import { expect, it } from 'vitest';
import type * as Port from '@workflow-runner/contract';
import type { Lab } from './lab.js';
import { WORKFLOW } from './lab.js';
import { resting, running } from './owned-instance.js';
import { aCommit, aMark, anEvent, aRest, aSignal, aStart, aWait } from './samples.js';

const OTHER = { nameSpace: 'other', name: 'one', version: '1.0.0', workflowId: 'other.one@1.0.0' };

/** What a node asks for that knows the suite's workflow and a limit of it. */
function under(limit: number | null, overrides: Partial<Port.ClaimRequest> = {}): Port.ClaimRequest {
  const limits = limit === null ? undefined : [{ nameSpace: 'contract', name: 'sample', limit }];
  return { limit: 100, workflowIds: [WORKFLOW], ...(limits && { limits }), ...overrides };
}

const idsOf = (claimed: readonly Port.LoadedInstance[]): string[] => claimed.map(({ record }) => record.id);

export function slotChapter(lab: Lab): void {
  const claim = async (node: Port.NodeIdentity, request: Port.ClaimRequest, store = lab.store) =>
    idsOf(await store.claim(node, request));
  const record = async (id: string) => (await lab.load(id)).record;
  const wakes = (): Partial<Port.Rest> => ({ wakeAt: lab.clock.now() });
  const start = (id: string, overrides: Partial<Port.NewInstance> = {}) =>
    lab.store.create([aStart(id, overrides)]);

  it('gives a start a slot while one is free; then it queues, pending, told as created', async () => {
    const node = await lab.join();
    const asked = { claimBy: node, slotLimit: 2 };
    const receipts = await lab.store.create(['i1', 'i2', 'i3'].map((id) => aStart(id, asked)));

    expect(receipts.map((one) => one.verdict === 'created' && one.record.owner)).toEqual([node, node, null]);
    expect(await record('i3')).toMatchObject({
      status: 'pending',
      statusReason: 'slot',
      owner: null,
      fence: 0,
      wakeAt: null,
      startedAt: null,
    });
    expect((await lab.store.history('i3', { limit: 9 })).items).toMatchObject([{ kind: 'created' }]);
    expect(await lab.store.nextDueAt()).toBeNull();
  });

  it('lets a start queue behind others although a slot has become free', async () => {
    const node = await lab.join();
    const first = await running(lab, 'first', node, { slotLimit: 1 });
    await start('second', { claimBy: node, slotLimit: 1 });
    await lab.store.commit(aCommit(first, aRest('completed')));

    await start('third', { claimBy: node, slotLimit: 1 });

    expect((await record('third')).statusReason).toBe('slot');
    expect(await claim(node, under(1))).toEqual(['second']);
  });

  it('gives slots in the order in which the instances became due, a higher priority sooner', async () => {
    const node = await lab.join();
    const blocker = await running(lab, 'blocker', node, { slotLimit: 1 });
    const delays = { a: 30, b: 10, c: 20 };
    for (const [id, ms] of Object.entries(delays)) await start(id, { delayUntil: lab.clock.now() + ms });
    lab.clock.advance(40);
    expect(await claim(node, under(1))).toEqual([]);
    await start('critical', { priority: 'critical', claimBy: node, slotLimit: 1 });
    await start('low', { priority: 'low' });
    await start('d');
    await lab.store.commit(aCommit(blocker, aRest('completed')));

    const order = [];
    for (let turn = 0; turn < 6; turn += 1) {
      const [next] = await lab.store.claim(node, under(1));
      order.push(next?.record.id);
      await lab.store.commit(aCommit(next!.record, aRest('completed')));
    }
    expect(order).toEqual(['critical', 'b', 'c', 'a', 'd', 'low']);
  });

  it('says of what waits for a slot that it is pending for it, whatever it was before', async () => {
    const node = await lab.join();
    await running(lab, 'blocker', node, { slotLimit: 1 });
    await resting(lab, 'woken', node, 'waiting', { rest: { ...wakes(), statusReason: 'unreadable' } });
    const given = await running(lab, 'given-back', node);
    await lab.store.release(node, 'given-back', given.fence);
    lab.clock.advance(5);

    expect(await claim(node, under(1))).toEqual([]);

    const queued = { status: 'pending', statusReason: 'slot', owner: null, wakeAt: null, overdueAt: null };
    for (const id of ['woken', 'given-back']) {
      expect(await record(id)).toMatchObject({ ...queued, updatedAt: lab.clock.now() });
    }
    const page = { limit: 9 };
    expect((await lab.store.list({ statusReason: 'slot' }, page)).items).toHaveLength(2);
    const [got] = await lab.store.claim(node, under(3, { limit: 1 }));
    expect(got?.record).toMatchObject({ status: 'running', statusReason: null, owner: node });
  });

  const ends: Record<string, (node: Port.NodeIdentity, held: Port.InstanceRecord) => Promise<unknown>> = {
    'comes to rest': (_, held) => lab.store.commit(aCommit(held, aRest('waiting'))),
    'has ended': (_, held) => lab.store.commit(aCommit(held, aRest('failed'))),
    'is given back': (node, held) =>
      lab.store.release(node, held.id, held.fence, { wakeAt: 9e15, statusReason: 'unreadable' }),
  };
  it.each(Object.keys(ends))('gives the slot of one that %s to the next', async (how) => {
    const node = await lab.join();
    const held = await running(lab, 'held', node, { slotLimit: 1 });
    await start('next', { claimBy: node, slotLimit: 1 });
    expect(await claim(node, under(1))).toEqual([]);

    await ends[how]!(node, held);

    expect(await claim(node, under(1))).toEqual(['next']);
    expect(await claim(node, under(1))).toEqual([]);
  });

  it.each(['leaves', 'dies', 'begins a new epoch'])(
    'gives back the slots of a node that %s, and its instances queue for them again',
    async (how) => {
      const [gone, heir] = [await lab.join('gone'), await lab.join('heir')];
      for (const id of ['a', 'b']) await running(lab, id, gone, { slotLimit: 2 });
      await start('next', { claimBy: heir, slotLimit: 2 });
      lab.clock.advance(10);

      if (how === 'leaves') await lab.store.leave(gone);
      else if (how === 'dies') await lab.store.takeover(gone);
      else await lab.join('gone');

      expect(await claim(heir, under(2))).toEqual(['next', 'a']);
      expect(await record('b')).toMatchObject({ status: 'pending', statusReason: 'slot' });
    },
  );

  it('does not queue any more once it was claimed', async () => {
    const node = await lab.join();
    const blocker = await running(lab, 'blocker', node, { slotLimit: 1 });
    await start('queued', { claimBy: node, slotLimit: 1 });
    await lab.store.commit(aCommit(blocker, aRest('completed')));
    const [got] = await lab.store.claim(node, under(1));
    await lab.store.commit(aCommit(got!.record, aRest('waiting')));

    expect(await claim(node, under(1))).toEqual([]);
    expect((await running(lab, 'next', node, { slotLimit: 1 })).owner).toEqual(node);
    await lab.store.send(aSignal('queued'));
    expect(await record('queued')).toMatchObject({ status: 'waiting', wakeAt: lab.clock.now() });
  });

  it('knows within one turn of the event loop what has been taken and given back', async () => {
    const [gone, node] = [await lab.join('gone'), await lab.join('node')];
    const held = await running(lab, 'held', node, { slotLimit: 2 });
    await running(lab, 'also', gone, { slotLimit: 2 });
    await lab.store.create(['a', 'b', 'c'].map((id) => aStart(id, { claimBy: node, slotLimit: 2 })));
    lab.clock.advance(10);

    const after = async (freeing: Promise<unknown>): Promise<string[]> => {
      const [, then] = await Promise.all([freeing, claim(node, under(2))]);
      return then;
    };
    const [none, a] = await Promise.all([
      claim(node, under(2)),
      after(lab.store.commit(aCommit(held, aRest('completed')))),
    ]);
    const [noneAgain, b] = await Promise.all([claim(node, under(2)), after(lab.store.takeover(gone))]);

    expect([...none, ...a]).toEqual(['a']);
    expect([...noneAgain, ...b]).toEqual(['b']);
  });

  it('tells others when somebody queues, and when a slot becomes free', async () => {
    const second = await lab.second();
    const node = await lab.join();
    lab.store.onHint(() => undefined);
    const hint = (): Promise<unknown> =>
      new Promise((resolve) => {
        const stop = second.onHint(() => {
          stop();
          resolve('told');
        });
      });
    const asked = { claimBy: node, slotLimit: 1 };
    const queued = hint();
    await lab.store.create([aStart('held', asked), aStart('queued', asked)]);
    expect(await queued).toBe('told');

    const free = hint();
    await lab.store.commit(aCommit(await record('held'), aRest('waiting')));

    expect(await free).toBe('told');
  });

  it('never lets two nodes have more than the limit together', async () => {
    const second = await lab.second();
    const nodes = [await lab.join('a'), await lab.join('b', second)] as const;
    const stores = [lab.store, second];
    await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        stores[i % 2]!.create([
          aStart(`i${i}`, { claimBy: i % 3 === 0 ? null : nodes[i % 2]!, slotLimit: 3 }),
        ]),
      ),
    );
    const owned = async () =>
      (await lab.store.list({ status: ['running'] }, { limit: 100 })).items.filter(({ owner }) => owner);
    for (let ended = 0; ended < 30; ended += 1) {
      await Promise.all([0, 1].flatMap((i) => [1, 2].map(() => claim(nodes[i]!, under(3), stores[i]))));
      const held = await owned();
      expect(held).toHaveLength(Math.min(3, 30 - ended));
      const one = held[0]!;
      await stores[one.owner!.nodeId === 'a' ? 0 : 1]!.commit(aCommit(one, aRest('completed')));
    }
    expect(await lab.store.countByStatus({})).toMatchObject({ completed: 30, pending: 0, running: 0 });
  });

  it.each(['pause', 'cancel', 'terminate'] as const)('obeys %s without a slot', async (action) => {
    const node = await lab.join();
    await running(lab, 'blocker', node, { slotLimit: 1 });
    await start('queued', { claimBy: node, slotLimit: 1 });
    await start('behind', { claimBy: node, slotLimit: 1 });

    await lab.store.control(aMark('queued', action));

    expect(await lab.store.nextDueAt([WORKFLOW])).toBe(lab.clock.now());
    const [got] = await lab.store.claim(node, under(1));
    expect(got?.record).toMatchObject({ id: 'queued', control: { action }, status: 'running' });
    await lab.store.commit(
      aCommit(got!.record, { ...aRest('paused'), honoured: got!.record.control!.at, revision: 1 }),
    );
    expect(await claim(node, under(2))).toEqual(['behind']);
  });

  it('discards what has failed without a slot', async () => {
    const node = await lab.join();
    await resting(lab, 'failed', node, 'failed');
    await running(lab, 'blocker', node, { slotLimit: 1 });
    await lab.store.control(aMark('failed', 'discard'));

    expect(await claim(node, under(1, { instanceIds: ['failed'] }))).toEqual(['failed']);
  });

  it('notices a deadline without a slot, at its time and not before', async () => {
    const node = await lab.join();
    const deadlineAt = lab.clock.now() + 100;
    await running(lab, 'blocker', node, { slotLimit: 1 });
    await start('queued', { claimBy: node, slotLimit: 1, deadlineAt });
    await start('woken', { deadlineAt });
    expect(await claim(node, under(1))).toEqual([]);

    expect(await lab.store.nextDueAt([WORKFLOW])).toBe(deadlineAt);
    lab.clock.advance(99);
    expect(await claim(node, under(1))).toEqual([]);
    lab.clock.advance(1);

    expect((await claim(node, under(1))).sort()).toEqual(['queued', 'woken']);
    await start('too-late', { claimBy: node, slotLimit: 1, deadlineAt });
    expect((await record('too-late')).owner).toEqual(node);
  });

  it('asks for no slot once the end has begun, also of an heir', async () => {
    const node = await lab.join('first');
    const heir = await lab.join('heir');
    const ending = await running(lab, 'ending', node, { slotLimit: 1 });
    await lab.store.commit(
      aCommit(ending, { columns: { ending: true }, ...aRest('waiting', wakes()), revision: 1 }),
    );
    await running(lab, 'blocker', heir, { slotLimit: 1 });
    expect(await claim(node, under(1))).toEqual(['ending']);

    await lab.store.takeover(node);

    expect(await claim(heir, under(1))).toEqual(['ending']);
  });

  it.each(['event', 'signal'])('keeps the place of one that queues when an %s comes', async (what) => {
    const node = await lab.join();
    const blocker = await running(lab, 'blocker', node, { slotLimit: 1 });
    const commit = { subscribe: [aWait('first', 1)] };
    await resting(lab, 'first', node, 'waiting', { rest: wakes(), commit });
    lab.clock.advance(10);
    await start('second', { claimBy: node, slotLimit: 1 });
    expect(await claim(node, under(1))).toEqual([]);
    lab.clock.advance(10);

    if (what === 'event') await lab.store.publish([anEvent('e1')]);
    else await lab.store.send(aSignal('first'));

    expect(await lab.store.nextDueAt()).toBeNull();
    expect(await record('first')).toMatchObject({ statusReason: 'slot', wakeAt: null });
    await lab.store.commit(aCommit(blocker, aRest('completed')));
    const [got] = await lab.store.claim(node, under(1));
    expect(got).toMatchObject({ record: { id: 'first' }, inbox: [{}] });
  });

  it.each([
    ['paused', 'resume'],
    ['failed', 'retry'],
  ] as const)('leaves what has %s as it is, with its mark, until it has a slot', async (status, action) => {
    const node = await lab.join();
    await resting(lab, 'i1', node, status, { rest: { statusReason: 'by itself' } });
    const blocker = await running(lab, 'blocker', node, { slotLimit: 1 });
    await start('behind', { claimBy: node, slotLimit: 1 });
    await lab.store.control(aMark('i1', action, { id: 'wish' }));

    expect(await claim(node, under(1, { instanceIds: ['i1'] }))).toEqual([]);
    expect(await claim(node, under(1))).toEqual([]);
    expect(await claim(node, under(null, { workflowIds: [OTHER.workflowId] }))).toEqual([]);

    const kept = { status, statusReason: 'by itself', owner: null, wakeAt: null, control: { action } };
    expect(await record('i1')).toMatchObject(kept);
    await lab.store.commit(aCommit(blocker, aRest('completed')));
    const got = await lab.store.claim(node, under(2));
    expect(got.map(({ record: one }) => [one.id, one.status]).sort()).toEqual([
      ['behind', 'running'],
      ['i1', status],
    ]);
  });

  it('lets named ones not pass those that queue', async () => {
    const node = await lab.join();
    await resting(lab, 'asleep', node);
    const blocker = await running(lab, 'blocker', node, { slotLimit: 1 });
    await start('queued', { claimBy: node, slotLimit: 1 });
    await lab.store.commit(aCommit(blocker, aRest('completed')));
    const instanceIds = ['asleep', 'queued'];

    expect(await claim(node, under(1, { instanceIds }))).toEqual([]);
    expect(await claim(node, under(1))).toEqual(['queued']);
    expect(await record('asleep')).toMatchObject({ status: 'waiting', statusReason: null });
    expect(await claim(node, under(2, { instanceIds }))).toEqual(['asleep']);
  });

  it('goes by the limit of the claim: raised, lowered, and without one', async () => {
    const node = await lab.join();
    const asked = { claimBy: node, slotLimit: 1 };
    await lab.store.create(Array.from({ length: 9 }, (_, i) => aStart(`i${i}`, asked)));

    expect(await claim(node, under(3))).toEqual(['i1', 'i2']);
    await lab.store.commit(aCommit(await record('i0'), aRest('completed')));
    expect(await claim(node, under(1))).toEqual([]);
    expect(await claim(node, under(null, { workflowIds: [OTHER.workflowId] }))).toEqual([]);
    expect(await claim(node, under(null, { limit: 2 }))).toEqual(['i3', 'i4']);
    expect(await claim(node, under(3))).toEqual(['i5']);
    const limits = [{ ...OTHER, limit: 1 }];
    expect(await claim(node, under(null, { limits }))).toEqual(['i6', 'i7', 'i8']);
  });

  it('does not hold up other workflows by a queue of thousands', async () => {
    const node = await lab.join();
    await running(lab, 'blocker', node, { slotLimit: 1 });
    const starts = Array.from({ length: 3_000 }, (_, i) => aStart(`i${i}`));
    await lab.store.create(starts);
    lab.clock.advance(10);
    await start('other', OTHER);
    const request = under(1, { limit: 10, workflowIds: [WORKFLOW, OTHER.workflowId] });

    expect(await claim(node, request)).toEqual(['other']);

    const page = { limit: 1 };
    expect((await lab.store.list({ statusReason: 'slot' }, page)).items).toHaveLength(1);
    expect(await lab.store.countByStatus({ statusReason: 'slot' })).toMatchObject({ pending: 3_000 });
    expect(await lab.store.nextDueAt()).toBeNull();
  });

  it('counts the slots of each workflow for themselves', async () => {
    const node = await lab.join();
    await running(lab, 'held', node, { slotLimit: 1 });
    await start('queued', { claimBy: node, slotLimit: 1 });

    const [other] = await lab.store.create([aStart('o1', { ...OTHER, claimBy: node, slotLimit: 1 })]);

    expect(other).toMatchObject({ record: { owner: node } });
    const newer = { version: '2.0.0', workflowId: 'contract.sample@2.0.0', claimBy: node, slotLimit: 1 };
    expect((await lab.store.create([aStart('v2', newer)]))[0]).toMatchObject({ record: { owner: null } });
  });
}
