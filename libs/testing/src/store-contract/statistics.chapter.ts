import { expect, it } from 'vitest';
import type { Lab } from './lab.js';
import { WORKFLOW } from './lab.js';
import { resting, running } from './owned-instance.js';
import { aCommit, aRest, aStart } from './samples.js';

export function statisticsChapter(lab: Lab): void {
  const minute = Date.UTC(2026, 0, 1);
  const none = { started: 0, completed: 0, failed: 0, cancelled: 0, durationMs: 0 };

  it('counts starts and ends by minute and workflow', async () => {
    const node = await lab.join();
    const other = { workflowId: 'contract.other@1.0.0', name: 'other' };
    await Promise.all([running(lab, 'i1', node), running(lab, 'i2', node)]);
    await resting(lab, 'i3', node, 'completed', { start: other });
    lab.clock.advance(60_000);
    await resting(lab, 'i4', node, 'failed');
    await resting(lab, 'i5', node, 'cancelled');

    expect(await lab.store.statistics(0)).toEqual([
      { ...none, minute, workflowId: 'contract.other@1.0.0', started: 1, completed: 1 },
      { ...none, minute, workflowId: WORKFLOW, started: 2 },
      { ...none, minute: minute + 60_000, workflowId: WORKFLOW, started: 2, failed: 1, cancelled: 1 },
    ]);
    expect(await lab.store.statistics(minute + 60_000)).toHaveLength(1);
  });

  it('adds up how long the ended ones took from their creation', async () => {
    const node = await lab.join();
    await resting(lab, 'i1', node, 'waiting', { rest: { wakeAt: lab.clock.now() } });
    const [loaded] = await lab.claimDue(node);
    lab.clock.advance(1_500);
    if (loaded) await lab.store.commit(aCommit(loaded.record, aRest('completed')));

    expect(await lab.store.statistics(0)).toMatchObject([{ started: 1, completed: 1, durationMs: 1_500 }]);
  });

  it('does not count what was refused', async () => {
    const node = await lab.join();
    await running(lab, 'i1', node, { idempotencyKey: 'k' });
    await lab.store.create([aStart('i2', { idempotencyKey: 'k' }), aStart('i1')]);

    expect(await lab.store.statistics(0)).toMatchObject([{ started: 1 }]);
  });
}
