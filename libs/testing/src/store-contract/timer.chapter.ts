import { expect, it } from 'vitest';
import type { Priority } from '@workflow-runner/contract';
import type { Lab } from './lab.js';
import { WORKFLOW } from './lab.js';
import { resting, running } from './owned-instance.js';
import { aMark, anEvent, aStart } from './samples.js';

export function timerChapter(lab: Lab): void {
  it('makes a sleeper due at its time and not before', async () => {
    const node = await lab.join();
    await resting(lab, 'i1', node, 'waiting', { rest: { wakeAt: lab.clock.now() + 1_000 } });

    lab.clock.advance(999);
    expect(await lab.claimDue(node)).toEqual([]);
    lab.clock.advance(1);
    expect(await lab.claimDue(node)).toHaveLength(1);
  });

  it('knows the next moment at which an instance or an event is due', async () => {
    const node = await lab.join();
    const now = lab.clock.now();
    expect(await lab.store.nextDueAt()).toBeNull();

    await resting(lab, 'i1', node, 'waiting', { rest: { wakeAt: now + 900 } });
    expect(await lab.store.nextDueAt()).toBe(now + 900);
    await resting(lab, 'i2', node, 'waiting', { rest: { wakeAt: now + 500 }, start: { priority: 'low' } });
    expect(await lab.store.nextDueAt()).toBe(now + 500);
    await lab.store.publish([anEvent('e1', { time: now + 200 })]);
    expect(await lab.store.nextDueAt()).toBe(now + 200);
  });

  it('counts neither what is owned, nor what has ended, nor what waits without a time', async () => {
    const node = await lab.join();
    await running(lab, 'i1', node);
    await resting(lab, 'i2', node, 'waiting');
    await resting(lab, 'i3', node, 'failed', { rest: { wakeAt: lab.clock.now() } });
    await resting(lab, 'i4', node, 'completed', { rest: { wakeAt: lab.clock.now() } });

    expect(await lab.store.nextDueAt()).toBeNull();
  });

  it('counts only what the caller can run, and what has a control mark', async () => {
    await lab.store.create([aStart('i1')]);

    expect(await lab.store.nextDueAt([WORKFLOW])).toBe(lab.clock.now());
    expect(await lab.store.nextDueAt(['other.one@1.0.0'])).toBeNull();
    await lab.store.control(aMark('i1', 'cancel'));
    expect(await lab.store.nextDueAt(['other.one@1.0.0'])).toBe(lab.clock.now());
  });

  it('gives what is due in the order of wake time and priority', async () => {
    const node = await lab.join();
    const start = (id: string, priority: Priority) => lab.store.create([aStart(id, { priority })]);
    await start('low', 'low');
    await start('normal', 'normal');
    await start('high', 'high');
    await start('critical', 'critical');

    const order = (await lab.claimDue(node)).map(({ record }) => record.id);

    expect(order).toEqual(['critical', 'high', 'normal', 'low']);
  });

  it('lets what has waited long enough overtake a higher priority', async () => {
    const node = await lab.join();
    await lab.store.create([aStart('old-low', { priority: 'low' })]);
    lab.clock.advance(41_000);
    await lab.store.create([aStart('new-high', { priority: 'high' })]);

    const order = (await lab.claimDue(node)).map(({ record }) => record.id);

    expect(order).toEqual(['old-low', 'new-high']);
  });

  it('gives the oldest first among equals', async () => {
    const node = await lab.join();
    for (const id of ['i3', 'i1', 'i2']) await lab.store.create([aStart(id)]);

    const order = (await lab.claimDue(node, 2)).map(({ record }) => record.id);

    expect(order).toEqual(['i3', 'i1']);
  });

  it('never lets store time go back when the wall clock is set back', async () => {
    const before = lab.store.now();

    lab.clock.setWall(lab.clock.now() - 3_600_000);

    expect(lab.store.now()).toBeGreaterThanOrEqual(before);
    lab.clock.advance(10);
    expect(lab.store.now()).toBeGreaterThanOrEqual(before + 9);
  });
}
