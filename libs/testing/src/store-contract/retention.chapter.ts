import { expect, it } from 'vitest';
import type { RetentionRules } from '@workflow-runner/contract';
import type { Lab } from './lab.js';
import { resting, running } from './owned-instance.js';
import { aCommit, anEvent, aRest, aStart, aWait } from './samples.js';

const DAY = 86_400_000;

const RULES: RetentionRules = {
  instances: { completed: DAY, failed: 3 * DAY, cancelled: 2 * DAY },
  events: 2 * DAY,
  idempotencyKeys: 4 * DAY,
  statistics: 5 * DAY,
  audit: 90 * DAY,
};

export function retentionChapter(lab: Lab): void {
  it('keeps an ended instance for the time of its status, and what has not ended for ever', async () => {
    const node = await lab.join();
    for (const status of ['completed', 'failed', 'cancelled', 'waiting', 'paused'] as const) {
      await resting(lab, status, node, status);
    }
    const left = async () =>
      (await lab.store.list({}, { limit: 9, order: 'oldest' })).items.map(({ id }) => id);

    lab.clock.advance(DAY - 1);
    expect(await lab.store.purge(RULES, 1_000)).toBe(0);
    lab.clock.advance(1);
    await lab.store.purge(RULES, 1_000);
    expect(await left()).toEqual(['failed', 'cancelled', 'waiting', 'paused']);
    lab.clock.advance(30 * DAY);
    await lab.store.purge(RULES, 1_000);
    expect(await left()).toEqual(['waiting', 'paused']);
  });

  it('takes along everything that belongs to an instance', async () => {
    const node = await lab.join();
    const start = { tags: { a: 'b' } };
    const commit = { subscribe: [aWait('i1', 0), aWait('i1', 0, { id: 'w2', key: 'k2' })] };
    await resting(lab, 'i1', node, 'failed', { start, commit });
    await lab.store.publish([anEvent('e1')]);
    lab.clock.advance(3 * DAY);

    await lab.store.purge(RULES, 1_000);

    expect(await lab.store.load('i1')).toBeNull();
    expect((await lab.store.history('i1', { limit: 9 })).items).toEqual([]);
    expect(await lab.store.subscriptions({})).toEqual([]);
    expect(await lab.store.publications(0, 9)).toEqual([]);
    expect((await lab.store.list({ tag: { key: 'a', value: 'b' } }, { limit: 9 })).items).toEqual([]);
    expect(await lab.store.check()).toEqual([]);
  });

  it('deletes no more rows at once than it was allowed, and says how many', async () => {
    const node = await lab.join();
    const record = await running(lab, 'i1', node);
    for (let revision = 1; revision <= 9; revision += 1)
      await lab.store.commit(aCommit(record, { revision }));
    await lab.store.commit(aCommit(record, { revision: 10, ...aRest('completed') }));
    lab.clock.advance(DAY);

    const counts: number[] = [];
    for (let i = 0; i < 4; i += 1) counts.push(await lab.store.purge(RULES, 4));

    expect(counts).toEqual([4, 4, 3, 0]);
    expect(await lab.store.load('i1')).toBeNull();
  });

  it('keeps an idempotency key longer than the instance it started', async () => {
    const node = await lab.join();
    await resting(lab, 'i1', node, 'completed', { start: { idempotencyKey: 'k' } });
    const again = async () => (await lab.store.create([aStart('i2', { idempotencyKey: 'k' })]))[0]?.verdict;

    lab.clock.advance(3 * DAY);
    await lab.store.purge(RULES, 1_000);
    expect(await lab.store.load('i1')).toBeNull();
    expect(await again()).toBe('existing');
    lab.clock.advance(DAY);
    await lab.store.purge(RULES, 1_000);
    expect(await again()).toBe('created');
  });

  it('deletes old events, but none whose time has not come', async () => {
    await lab.store.publish([anEvent('old'), anEvent('future', { time: lab.clock.now() + 10 * DAY })]);
    lab.clock.advance(2 * DAY);
    await lab.store.purge(RULES, 1_000);

    expect(await lab.store.event(null, 'old')).toBeNull();
    expect(await lab.store.event(null, 'future')).not.toBeNull();
  });

  it('deletes old statistics', async () => {
    await lab.store.create([aStart('i1')]);
    lab.clock.advance(5 * DAY + 60_000);

    await lab.store.purge(RULES, 1_000);

    expect(await lab.store.statistics(0)).toEqual([]);
  });
}
