import { RevisionConflictError, ROUND_GAP_MS, type Publication, type Store } from '@workflow-runner/contract';
import { MemoryStore } from '@workflow-runner/store/memory';
import { describe, expect, it } from 'vitest';
import { gate, HostLab, next, step } from '../../../../test/engine/host-lab.js';

const HOUR_MS = 3_600_000;

describe('a host', () => {
  it('names the bodies at work in it, and moves only while something else is under way', async () => {
    let store = (): void => undefined;
    const answer = new Promise<void>((resolve) => (store = resolve));
    const lab = await HostLab.open((clock) => answeringAfter(new MemoryStore({ clock }), answer));
    const work = gate();
    const { host, ops } = await lab.join({ work: (builder) => builder.startWith(work.body).name('Work') });
    expect([host.stepsAtWork(), host.isMoving]).toEqual([[], false]);

    const started = ops.start([{ workflowId: 'work' }]);
    expect(host.isMoving).toBe(true);
    await started;
    expect(host.isMoving).toBe(true);
    await lab.settle();
    expect(host.isMoving).toBe(false);
    expect(host.stepsAtWork()).toMatchObject([
      {
        workflowId: 'default.work@1.0.0',
        stepId: 0,
        stepName: 'Work',
        attempt: 1,
        startedAt: lab.clock.now(),
      },
    ]);

    work.open();
    await lab.settle();
    expect([host.stepsAtWork(), host.isMoving]).toEqual([[], true]);
    store();
    await lab.settle();
    expect([host.stepsAtWork(), host.isMoving]).toEqual([[], false]);
  });

  it('moves while a sink is told', async () => {
    const lab = await HostLab.open();
    const { host, ops } = await lab.join({ quick: (builder) => builder.startWith(step(next)) });
    let finish = (): void => undefined;
    host.addSink({ name: 'slow', deliver: () => new Promise((resolve) => (finish = resolve)) });
    await lab.start(ops, { workflowId: 'quick' });
    await lab.pass(ROUND_GAP_MS);
    expect(host.isMoving).toBe(true);
    finish();
    await lab.settle();
    expect(host.isMoving).toBe(false);
  });

  it('tells a sink that failed again within a second, however rarely it looks', async () => {
    const lab = await HostLab.open();
    const { host, ops } = await lab.join(
      { quick: (builder) => builder.startWith(step(next)) },
      { pollIntervalMs: HOUR_MS },
    );
    const heard: Publication[] = [];
    let failures = 1;
    host.addSink({
      name: 'sink',
      deliver: async (publications) => {
        failures -= 1;
        if (failures === 0) throw new Error('not now');
        heard.push(...publications);
      },
    });
    await lab.start(ops, { workflowId: 'quick' });
    await lab.pass(ROUND_GAP_MS);
    await lab.pass(999);
    expect(heard).toEqual([]);
    await lab.pass(1);
    expect(heard.flatMap(({ tell }) => tell)).toContain('completed');
  });

  it('gives back within a second what it lost, however rarely it looks', async () => {
    const lab = await HostLab.open((clock) => refusingOnce(new MemoryStore({ clock })));
    const { ops } = await lab.join(
      { quick: (builder) => builder.startWith(step(next)) },
      { pollIntervalMs: HOUR_MS },
    );
    const id = await lab.start(ops, { workflowId: 'quick' });
    await lab.pass(999);
    expect(await lab.record(id)).toMatchObject({ status: 'running' });
    await lab.pass(1);
    expect(await lab.record(id)).toMatchObject({ status: 'completed' });
  });
});

/** Its commits are answered later. */
function answeringAfter(store: MemoryStore, moment: Promise<void>): MemoryStore {
  const commit: Store['commit'] = async (asked) => {
    await moment;
    return MemoryStore.prototype.commit.call(store, asked);
  };
  return Object.assign(store, { commit });
}

/** Its first commit is refused as if somebody else had written. */
function refusingOnce(store: MemoryStore): MemoryStore {
  let refusals = 1;
  const commit: Store['commit'] = (asked) => {
    refusals -= 1;
    if (refusals === 0)
      return Promise.reject(new RevisionConflictError(asked.instanceId, asked.revision - 1));
    return MemoryStore.prototype.commit.call(store, asked);
  };
  return Object.assign(store, { commit });
}
