import { StoreUnavailableError } from '@workflow-runner/contract';
import { SystemClock } from '@workflow-runner/engine';
import { MemoryStore } from '@workflow-runner/store/memory';
import { afterEach, expect, it } from 'vitest';
import { asWorkflow, LogBook, Quick, RunnerLab } from '../../../test/runner/lab.js';

const lab = new RunnerLab();
afterEach(() => lab.clear());

/** A store whose server is away at first. */
function lateStore(): { store: MemoryStore; comes: () => void } {
  const store = new MemoryStore({ clock: new SystemClock() });
  const { define, create, health } = store;
  const away = (): never => {
    throw new StoreUnavailableError('The server is away');
  };
  store.define = () => Promise.resolve().then(away);
  store.create = () => Promise.resolve().then(away);
  store.health = () => ({ status: 'degraded', detail: 'The server is away', since: 0 });
  return { store, comes: () => Object.assign(store, { define, create, health }) };
}

it('A runner whose store is away at the start comes up, says so, and begins when it is there', async () => {
  const { store, comes } = lateStore();
  const logger = new LogBook();
  const workflows = [asWorkflow(Quick, { autoStart: true, props: { key: 'k' } })];
  const runner = await lab.run({ store, workflows, logger });
  expect(runner.isInitialized).toBe(true);
  expect(await runner.health()).toMatchObject({
    status: 'unhealthy',
    components: { workflowHost: false, database: false },
    details: [{ component: 'store', message: 'The server is away' }],
  });
  await expect(runner.startWorkflow('test.sample', undefined, {})).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
  });
  expect(runner.autoStarted).toEqual([]);

  comes();
  await expect.poll(() => runner.autoStarted, { timeout: 5_000 }).toMatchObject([{ outcome: 'started' }]);
  expect(await runner.health()).toMatchObject({ status: 'healthy', components: { workflowHost: true } });
  const id = await runner.startWorkflow('test.sample', undefined, {});
  expect((await runner.waitForCompletion(id, { timeoutMs: 5_000 })).status).toBe('completed');
  expect(logger.of('warn')).toContain('start.failed');
  expect(logger.of('info')).toContain('start.works-again');
});
