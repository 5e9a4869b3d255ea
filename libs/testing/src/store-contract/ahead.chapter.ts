import { expect, it } from 'vitest';
import type * as Port from '@workflow-runner/contract';
import type { Lab } from './lab.js';
import { WORKFLOW } from './lab.js';
import { resting, running } from './owned-instance.js';
import { aCommit, aMark, anEvent, aRest, aSignal, aStart, aWait } from './samples.js';

const AHEAD_MS = 500;

const asksAhead = (overrides: Partial<Port.ClaimRequest> = {}): Port.ClaimRequest => ({
  limit: 100,
  workflowIds: [WORKFLOW],
  aheadMs: AHEAD_MS,
  ...overrides,
});

const idsOf = (claimed: readonly Port.LoadedInstance[]): string[] => claimed.map(({ record }) => record.id);

export function aheadChapter(lab: Lab): void {
  const record = async (id: string) => (await lab.load(id)).record;
  const claimAhead = (node: Port.NodeIdentity, overrides?: Partial<Port.ClaimRequest>) =>
    lab.store.claim(node, asksAhead(overrides));
  /** Falls asleep for so long. */
  const asleep = (
    id: string,
    node: Port.NodeIdentity,
    ms: number,
    { start, rest }: { start?: Partial<Port.NewInstance>; rest?: Partial<Port.Rest> } = {},
  ) =>
    resting(lab, id, node, 'waiting', {
      rest: { wakeAt: lab.clock.now() + ms, ...rest },
      ...(start && { start }),
    });
  /** Sleeps, and was claimed ahead of its time by its node. */
  const standingBy = async (id: string, node: Port.NodeIdentity, ms = 300): Promise<Port.InstanceRecord> => {
    await asleep(id, node, ms);
    const [claimed] = await claimAhead(node);
    if (claimed?.record.id !== id) throw new Error(`${id} was not claimed ahead of its time`);
    return claimed.record;
  };

  it('gives what sleeps and will be due soon, only to a node that asks for it', async () => {
    const node = await lab.join();
    await asleep('i1', node, AHEAD_MS);
    await asleep('later', node, AHEAD_MS + 1);

    expect(await lab.claimDue(node)).toEqual([]);
    expect(await claimAhead(node, { instanceIds: ['unknown'] })).toEqual([]);
    expect(idsOf(await claimAhead(node))).toEqual(['i1']);
    expect(await claimAhead(node)).toEqual([]);
  });

  it('owns it under a new fence and leaves it as it stands: waiting, with its wake time', async () => {
    const node = await lab.join();
    const { wakeAt, fence, startedAt } = await asleep('i1', node, 300);
    lab.clock.advance(100);

    const [claimed] = await claimAhead(node);

    expect(claimed).toMatchObject({ snapshot: '{"at":"rest"}', tail: [], inbox: [] });
    const owned = { status: 'waiting', statusReason: null, owner: node, fence: fence + 1, wakeAt, startedAt };
    expect(claimed?.record).toMatchObject({ ...owned, revision: 1, updatedAt: lab.clock.now() });
    expect(await record('i1')).toEqual(claimed?.record);
    expect(await lab.store.countByStatus({})).toMatchObject({ waiting: 1, running: 0 });
    const { items } = await lab.store.list({ status: ['waiting'] }, { limit: 9 });
    expect(items.map(({ id }) => id)).toEqual(['i1']);
  });

  it('gives it to nobody else, and no longer counts it among what will be due', async () => {
    const [a, b] = [await lab.join('a'), await lab.join('b')];
    await standingBy('i1', a);

    expect(await claimAhead(b)).toEqual([]);
    expect(await lab.store.nextDueAt()).toBeNull();
    lab.clock.advance(300);
    expect(await claimAhead(b)).toEqual([]);
    expect(await claimAhead(b, { instanceIds: ['i1'] })).toEqual([]);
  });

  it('gives what is due before everything that is not, whatever its priority, within one limit', async () => {
    const node = await lab.join();
    for (const priority of ['low', 'normal', 'critical'] as const)
      await asleep(`sleeps-${priority}`, node, 100, { start: { priority } });
    await lab.store.create([aStart('due-low', { priority: 'low' }), aStart('due')]);

    const claimed = await claimAhead(node, { limit: 4 });

    expect(idsOf(claimed)).toEqual(['due', 'due-low', 'sleeps-critical', 'sleeps-normal']);
    expect(claimed.map(({ record: { status } }) => status)).toEqual([
      'running',
      'running',
      'waiting',
      'waiting',
    ]);
    expect(idsOf(await claimAhead(node, { limit: 4 }))).toEqual(['sleeps-low']);
  });

  it('takes the earliest first among equals', async () => {
    const node = await lab.join();
    for (const [id, ms] of Object.entries({ c: 30, a: 10, b: 20 })) await asleep(id, node, ms);

    expect(idsOf(await claimAhead(node, { limit: 2 }))).toEqual(['a', 'b']);
  });

  it('leaves alone what waits for more than its moment, and what this node cannot run', async () => {
    const node = await lab.join();
    const soon = lab.clock.now() + 100;
    await lab.store.create([aStart('delayed', { delayUntil: soon })]);
    await asleep('unreadable', node, 100, { rest: { statusReason: 'unreadable' } });
    await resting(lab, 'paused', node, 'paused', { rest: { wakeAt: soon } });
    await resting(lab, 'failed', node, 'failed', { rest: { wakeAt: soon } });
    const other = { nameSpace: 'other', name: 'one', workflowId: 'other.one@1.0.0' };
    await asleep('of-another-workflow', node, 100, { start: other });

    expect(await claimAhead(node)).toEqual([]);
  });

  it('leaves alone what needs a slot at its moment', async () => {
    const node = await lab.join();
    // It has had one before.
    await asleep('i1', node, 100, { start: { slotLimit: 1 } });
    const limits = [{ nameSpace: 'contract', name: 'sample', limit: 1 }];

    expect(await claimAhead(node, { limits })).toEqual([]);
    expect(idsOf(await claimAhead(node))).toEqual(['i1']);
    // It holds none either: another one of the workflow finds the slot free.
    await lab.store.create([aStart('i2')]);
    expect(idsOf(await claimAhead(node, { limits }))).toEqual(['i2']);
  });

  it('leaves out the snapshot when the claiming node has an image of that revision', async () => {
    const node = await lab.join();
    await asleep('i1', node, 100);

    expect(await claimAhead(node, { cached: () => 1 })).toMatchObject([{ snapshot: '', tail: [] }]);
  });

  it('says that it runs when its owner says so, under its own fence only', async () => {
    const [a, b] = [await lab.join('a'), await lab.join('b')];
    const standing = await standingBy('i1', a);
    const other = await running(lab, 'other', a);
    await resting(lab, 'asleep', a);

    await lab.store.markRunning(b, [standing]);
    await lab.store.markRunning(a, [{ id: 'i1', fence: standing.fence - 1 }]);
    expect((await record('i1')).status).toBe('waiting');

    lab.clock.advance(5);
    const [asleepNow, otherNow] = [await record('asleep'), await record('other')];
    await lab.store.markRunning(a, [{ id: 'unknown', fence: 1 }, standing, other, asleepNow]);
    expect(await record('i1')).toMatchObject({ status: 'running', owner: a, updatedAt: lab.clock.now() });
    expect([await record('asleep'), await record('other')]).toEqual([asleepNow, otherNow]);
  });

  it('commits like any owner, and rests again', async () => {
    const node = await lab.join();
    const standing = await standingBy('i1', node);
    await lab.store.commit(aCommit(standing));
    await lab.store.markRunning(node, [standing]);
    expect(await record('i1')).toMatchObject({ status: 'running', revision: 2 });

    const wakeAt = lab.clock.now() + 9_000;
    await lab.store.commit(aCommit(standing, { revision: 3, ...aRest('waiting', { wakeAt }) }));

    expect(await record('i1')).toMatchObject({ status: 'waiting', owner: null, revision: 3, wakeAt });
  });

  const mail: Record<string, () => Promise<unknown>> = {
    'an event': () => lab.store.publish([anEvent('e1')]),
    'a signal': () => lab.store.send(aSignal('i1')),
    'a wish': () => lab.store.control(aMark('i1', 'pause')),
  };
  /** Waits for an event until a moment, and was claimed ahead of it. */
  async function expecting(node: Port.NodeIdentity): Promise<Port.InstanceRecord> {
    const wakeAt = lab.clock.now() + 300;
    const wait = { subscribe: [aWait('i1', 0)], ...aRest('waiting', { wakeAt }) };
    await lab.store.commit(aCommit(await running(lab, 'i1', node), wait));
    return (await claimAhead(node))[0]!.record;
  }

  it.each(Object.keys(mail))('rings the owner for %s, as if it ran', async (what) => {
    const node = await lab.join();
    await expecting(node);

    await mail[what]!();

    expect(await lab.store.beat(node, [WORKFLOW])).toEqual({ alive: true, rung: true });
    expect(await lab.store.mail(node)).toMatchObject([{ record: { id: 'i1', status: 'waiting' } }]);
  });

  const ends: Record<string, (node: Port.NodeIdentity, fence: number) => Promise<unknown>> = {
    'its owner gives it back': (node, fence) => lab.store.release(node, 'i1', fence),
    'its owner leaves': (node) => lab.store.leave(node),
    'its owner dies': async (node) => (await lab.second()).takeover(node),
    'its owner joins again': (node) => lab.join(node.nodeId),
  };
  it.each(Object.keys(ends))('sleeps on when %s before its time, and nobody is blamed', async (how) => {
    const [node, heir] = [await lab.join('a'), await lab.join('b')];
    const { fence, wakeAt } = await standingBy('i1', node);
    lab.clock.advance(299);

    await ends[how]!(node, fence);

    expect(await record('i1')).toMatchObject({ status: 'waiting', owner: null, crashes: 0, wakeAt });
    expect(await lab.claimDue(heir)).toEqual([]);
    expect(await lab.store.nextDueAt()).toBe(wakeAt);
    lab.clock.advance(1);
    expect(idsOf(await lab.claimDue(heir))).toEqual(['i1']);
  });

  const endsWithMail = Object.keys(ends).flatMap((how) => Object.keys(mail).map((what) => [how, what]));
  it.each(endsWithMail)('is due at once when %s and there is %s for it', async (how, what) => {
    const node = await lab.join('a');
    const { fence } = await expecting(node);
    await mail[what]!();

    await ends[how]!(node, fence);

    expect(idsOf(await lab.claimDue(await lab.join('b')))).toEqual(['i1']);
  });

  it('keeps its place when it is given back after its time', async () => {
    const node = await lab.join();
    const { fence } = await standingBy('i1', node);
    lab.clock.advance(200);
    await asleep('i2', node, 100);
    lab.clock.advance(200);
    await lab.store.create([aStart('i3')]);

    await lab.store.release(node, 'i1', fence);

    expect(idsOf(await lab.claimDue(node))).toEqual(['i1', 'i2', 'i3']);
  });

  it.each(['its time has come', 'it has begun'])('blames its owner’s death once %s', async (when) => {
    const node = await lab.join();
    const standing = await standingBy('i1', node);
    if (when === 'it has begun') await lab.store.markRunning(node, [standing]);
    else lab.clock.advance(300);

    await lab.store.takeover(node);

    expect(await record('i1')).toMatchObject({ owner: null, crashes: 1, fence: standing.fence + 1 });
    expect(await lab.store.nextDueAt()).toBeLessThanOrEqual(lab.clock.now());
  });

  it('can be put off by an owner that cannot read it', async () => {
    const node = await lab.join();
    const { fence } = await standingBy('i1', node);
    const wakeAt = lab.clock.now() + 5_000;

    await lab.store.release(node, 'i1', fence, { wakeAt, statusReason: 'unreadable' });

    expect(await record('i1')).toMatchObject({ status: 'waiting', statusReason: 'unreadable', wakeAt });
  });

  it('never gives one instance to two nodes', async () => {
    const second = await lab.second();
    const [a, b] = [await lab.join('a'), await lab.join('b', second)];
    for (let i = 0; i < 20; i += 1) await asleep(`i${i}`, a, 100 + i);

    const claims = await Promise.all([
      ...Array.from({ length: 5 }, () => lab.store.claim(a, asksAhead({ limit: 3 }))),
      ...Array.from({ length: 5 }, () => second.claim(b, asksAhead({ limit: 3 }))),
    ]);

    expect(new Set(claims.flatMap(idsOf)).size).toBe(20);
    expect(claims.flat()).toHaveLength(20);
  });
}
