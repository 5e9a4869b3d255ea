import { MemoryStore } from '@workflow-runner/store/memory';
import { SystemClock } from '@workflow-runner/engine';
import type { WorkflowBuilder } from '@workflow-runner/engine';
import { ManualClock } from '@workflow-runner/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { Pass, RunnerLab, Waits } from '../../../test/runner/lab.js';

const lab = new RunnerLab();
afterEach(() => lab.clear());

/** The same id as Waits, with a step before the wait. */
class WaitsEdited {
  readonly id = 'waits';
  readonly version = 1;

  build(builder: WorkflowBuilder<{ key: string }>): void {
    builder
      .startWith(Pass)
      .then(Pass)
      .waitFor('go', (data) => data.key);
  }
}

async function parked(connectionString: string): Promise<string> {
  const runner = await lab.run({ workflows: [Waits], persistence: { connectionString } });
  const id = await runner.startWorkflow('waits', 1, { key: 'k' });
  await expect.poll(async () => (await runner.getInstance(id))?.status).toBe('waiting');
  await runner.stop();
  return id;
}

describe('The health of a runner', () => {
  it('names workflows whose instances wait for a node that has them', async () => {
    const connectionString = lab.sqlite;
    await parked(connectionString);
    const runner = await lab.run({ persistence: { connectionString } });
    const { status, details } = await runner.health();
    expect(status).toBe('healthy');
    expect(details).toEqual([
      { component: 'instances', message: '1 of default.waits@1.0.0 wait as unregistered: no node has it' },
    ]);
    await runner.registerWorkflow(Waits);
    expect((await runner.health()).details).toEqual([]);
  });

  it('names workflows that were changed under their instances, until somebody accepts the change', async () => {
    const connectionString = lab.sqlite;
    const id = await parked(connectionString);
    const runner = await lab.run({ workflows: [WaitsEdited], persistence: { connectionString } });
    await runner.publishEvent('go', 'k');
    await expect.poll(async () => (await runner.getInstance(id))?.statusReason).toBe('definition-changed');
    const { status, details } = await runner.health();
    expect(status).toBe('healthy');
    expect(details).toMatchObject([{ component: 'instances' }]);
    expect(details[0]!.message).toMatch(/^1 of default\.waits@1\.0\.0 wait as definition-changed/);
    await runner.acceptWorkflow(id);
    await expect
      .poll(async () => (await runner.getInstance(id))?.statusReason)
      .not.toBe('definition-changed');
    expect((await runner.health()).details).toEqual([]);
  });

  it('says what is wrong with the store', async () => {
    const store = new MemoryStore({ clock: new SystemClock() });
    const runner = await lab.run({ store });
    store.health = () => ({ status: 'degraded', detail: 'The disk is full', since: 0 });
    expect(await runner.health()).toMatchObject({
      status: 'unhealthy',
      components: { workflowHost: true, database: false },
      details: [{ component: 'store', message: 'The disk is full' }],
    });
  });

  it('says so after two seconds when the store keeps everybody waiting', async () => {
    const clock = new ManualClock();
    const store = new MemoryStore({ clock });
    const runner = await lab.run({ store, clock });
    store.countByStatus = () => new Promise(() => undefined);
    const asked = runner.health();
    clock.advance(2_000);
    expect(await asked).toMatchObject({
      status: 'unhealthy',
      components: { database: false },
      details: [{ component: 'store', message: expect.stringContaining('does not answer') }],
    });
  });

  it('says so, and does not reject, when the store does not answer', async () => {
    const store = new MemoryStore({ clock: new SystemClock() });
    const runner = await lab.run({ store });
    store.countByStatus = () => Promise.reject(new Error('gone'));
    expect(await runner.health()).toMatchObject({
      status: 'unhealthy',
      details: [{ component: 'store', message: 'The store does not answer: gone' }],
    });
  });
});
