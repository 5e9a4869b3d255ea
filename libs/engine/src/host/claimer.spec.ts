import { describe, expect, it } from 'vitest';
import { next, step, type Data } from '../../../../test/engine/host-lab.js';
import { CLOSE_MS, napper, openLab, QUIET, SLEEP_MS } from '../../../../test/engine/standby-lab.js';
import type { WorkflowBuilder } from '../authoring/workflow-builder.js';

describe('What sleeps', () => {
  it('stands by also on a node that came after it fell asleep', async () => {
    const lab = await openLab();
    const { work, build } = napper(lab.clock);
    const first = await lab.join({ nap: build }, QUIET);
    const id = await lab.start(first.ops, { workflowId: 'nap' });
    await first.host.stop();
    const { host } = await lab.join({ nap: build }, QUIET);

    await lab.pass(SLEEP_MS - CLOSE_MS, 50);

    expect(await lab.record(id)).toMatchObject({ status: 'waiting', owner: host.node });
    await lab.pass(CLOSE_MS);
    expect(work.runs).toBe(1);
  });

  it('for a moment only is claimed ahead of its time, too', async () => {
    const lab = await openLab();
    const build = (builder: WorkflowBuilder<Data>) => void builder.startWith(step(next)).delay(() => 40);
    const { ops, host } = await lab.join({ one: build }, QUIET);
    const id = await lab.start(ops, { workflowId: 'one' });
    expect((await lab.record(id)).owner).toBeNull();

    await lab.pass(20);
    expect(await lab.record(id)).toMatchObject({ status: 'waiting', owner: host.node });
    await lab.pass(20);

    expect((await lab.record(id)).status).toBe('completed');
  });

  it('stands by in no greater numbers than there are lanes', async () => {
    const lab = await openLab();
    const { work, build } = napper(lab.clock);
    const { ops } = await lab.join({ nap: build }, { ...QUIET, maxConcurrentWorkflows: 2 });
    for (let more = 0; more < 5; more += 1) await lab.start(ops, { workflowId: 'nap' });

    await lab.pass(SLEEP_MS - CLOSE_MS, 50);

    const { items } = await lab.store.list({ status: ['waiting'] }, { limit: 9 });
    expect(items.map(({ owner }) => owner !== null)).toEqual([false, false, false, true, true]);
    await lab.pass(CLOSE_MS);
    expect(work.runs).toBe(2);
  });

  it('costs a few looks at the store and not one for each', async () => {
    const lab = await openLab();
    const build = (builder: WorkflowBuilder<Data>) =>
      void builder.startWith(step(next)).delay((data) => SLEEP_MS + (data['n'] as number));
    const { ops } = await lab.join({ one: build }, QUIET);
    await ops.start(Array.from({ length: 200 }, (_, n) => ({ workflowId: 'one', data: { n } })));
    await lab.settle();
    const before = lab.store.claims;

    await lab.pass(SLEEP_MS + 200, 2);

    expect(await lab.store.countByStatus({})).toMatchObject({ completed: 200 });
    expect(lab.store.claims - before).toBeLessThan(20);
  });

  it('is not looked for again and again where it can only be claimed at its moment', async () => {
    const lab = await openLab();
    const build = (builder: WorkflowBuilder<Data>) =>
      void builder.startWith(step(next)).delay(() => SLEEP_MS);
    const { ops } = await lab.join({ one: { concurrency: 5, build } }, QUIET);
    await lab.start(ops, { workflowId: 'one' });
    const before = lab.store.claims;

    await lab.pass(SLEEP_MS - 1, 1);
    expect(lab.store.claims - before).toBeLessThan(5);
    await lab.pass(1);

    expect(await lab.store.countByStatus({})).toMatchObject({ completed: 1 });
  });
});
