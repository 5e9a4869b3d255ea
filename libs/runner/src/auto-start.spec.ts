import { SystemClock } from '@workflow-runner/engine';
import { MemoryStore } from '@workflow-runner/store/memory';
import { afterEach, describe, expect, it } from 'vitest';
import { asWorkflow, LogBook, Quick, RunnerLab, Waits } from '../../../test/runner/lab.js';

const lab = new RunnerLab();
afterEach(() => lab.clear());

/** Lets a store be closed and opened again, as a file can be. */
function keptStore(): MemoryStore {
  return new MemoryStore({ clock: new SystemClock() });
}

const each = (component: typeof Quick | typeof Waits, props: unknown = { key: 'k' }) =>
  asWorkflow(component, { autoStart: true, props });
const once = (props: unknown = { key: 'k' }, version = '1.0.0') =>
  asWorkflow(Quick, { autoStart: { once: true }, props, version });

describe('A workflow with autoStart', () => {
  it('starts with its props when a runner starts, and says so', async () => {
    const logger = new LogBook();
    const runner = await lab.run({ workflows: [each(Waits), Quick], logger });
    expect(runner.autoStarted).toEqual([
      { workflowId: 'test.sample@1.0.0', outcome: 'started', instanceId: expect.any(String) },
    ]);
    expect(await runner.getInstance(runner.autoStarted[0]!.instanceId!)).toMatchObject({
      data: { key: 'k' },
    });
    expect(logger.of('info')).toContain('autostart');
  });

  it('is left alone while an earlier instance lives', async () => {
    const store = keptStore();
    const first = await lab.run({ store, workflows: [each(Waits)] });
    const { instanceId } = first.autoStarted[0]!;
    await first.stop();
    const second = await lab.run({ store, workflows: [each(Waits, { key: 'other' })] });
    expect(second.autoStarted).toMatchObject([{ outcome: 'alive', instanceId }]);
  });

  it('starts again when the earlier instance has ended, also when it is long gone', async () => {
    const store = keptStore();
    const components = { lifecycle: { retention: null } };
    const seen = new Set<string | null>();
    for (const keep of [true, false, true, false]) {
      const runner = await lab.run({ store, workflows: [each(Quick)], components });
      expect(runner.autoStarted).toMatchObject([{ outcome: 'started' }]);
      const { instanceId } = runner.autoStarted[0]!;
      seen.add(instanceId);
      await runner.waitForCompletion(instanceId!, { timeoutMs: 5_000 });
      if (keep) {
        await runner.stop();
        continue;
      }
      const gone = { completed: 0, failed: 0, cancelled: 0 };
      const later = { events: 1e12, idempotencyKeys: 1e12, statistics: 1e12, audit: 1e12 };
      await store.purge({ instances: gone, ...later }, 100);
      expect(await runner.getInstance(instanceId!)).toBeNull();
      await runner.stop();
    }
    expect(seen.size).toBe(4);
  });

  it('makes one instance when two runners start at the same moment', async () => {
    const workflows = [each(Waits, { key: 'a' })];
    const others = [each(Waits, { key: 'b' })];
    const persistence = { connectionString: lab.sqlite };
    const runners = await Promise.all([
      lab.run({ persistence, workflows }),
      lab.run({ persistence, workflows: others }),
    ]);
    const reports = runners.flatMap((runner) => runner.autoStarted);
    expect(reports.map(({ outcome }) => outcome).sort()).toEqual(['alive', 'started']);
    expect(new Set(reports.map(({ instanceId }) => instanceId)).size).toBe(1);
  });

  it('is started by nobody who starts one by hand', async () => {
    const store = keptStore();
    const first = await lab.run({ store, workflows: [asWorkflow(Waits)] });
    await first.startWorkflow('sample', 1, { key: 'by hand' });
    await first.stop();
    const second = await lab.run({ store, workflows: [each(Waits)] });
    expect(second.autoStarted).toMatchObject([{ outcome: 'started' }]);
  });

  it('starts once per version and store when that is asked for', async () => {
    const store = keptStore();
    const outcomes = [];
    for (const workflow of [once(), once({ key: 'changed' }), once({ key: 'k' }, '2.0.0'), once()]) {
      const runner = await lab.run({ store, workflows: [workflow] });
      outcomes.push(runner.autoStarted[0]?.outcome);
      // What the store has forgotten by then must not matter.
      await store.purge(
        {
          instances: { completed: 0, failed: 0, cancelled: 0 },
          events: 0,
          idempotencyKeys: 0,
          statistics: 0,
          audit: 0,
        },
        100,
      );
      await runner.stop();
    }
    expect(outcomes).toEqual(['started', 'done', 'started', 'done']);
  });

  it('starts once although two runners start at the same moment', async () => {
    const persistence = { connectionString: lab.sqlite };
    const runners = await Promise.all([
      lab.run({ persistence, workflows: [once()] }),
      lab.run({ persistence, workflows: [once({ key: 'other' })] }),
    ]);
    expect(runners.flatMap((runner) => runner.autoStarted.map(({ outcome }) => outcome)).sort()).toEqual([
      'done',
      'started',
    ]);
    expect(await runners[0].listInstances()).toMatchObject({ items: [{}] });
  });

  it('that cannot start stops neither the runner nor the others', async () => {
    const logger = new LogBook();
    const bad = asWorkflow(Quick, { name: 'bad', autoStart: true, props: { note: () => 1 } });
    const runner = await lab.run({ workflows: [bad, each(Quick)], logger });
    expect(runner.autoStarted).toMatchObject([
      { workflowId: 'test.bad@1.0.0', outcome: 'failed', error: { code: 'DATA_NOT_SERIALIZABLE' } },
      { outcome: 'started' },
    ]);
    expect(logger.of('error')).toEqual(['autostart.failed']);
  });

  it('is not started by a process that runs nothing', async () => {
    const runner = await lab.run({ workflows: [each(Quick)], execute: false });
    expect(runner.autoStarted).toEqual([]);
    expect((await runner.listInstances()).items).toEqual([]);
  });
});
