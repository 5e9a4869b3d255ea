import {
  CrashNotReachedError,
  ProcessDiedError,
  UnknownStepError,
  WorkflowTestKit,
} from '@workflow-runner/testing';
import '@workflow-runner/testing/vitest';
import { describe, expect, it } from 'vitest';
import {
  Arrive,
  effects,
  makeKit,
  Pack,
  Pay,
  TripWorkflow,
  WaitWorkflow,
  type Trip,
} from '../../../../test/testing/kit-lab.js';

describe('a crash of the process', () => {
  it('before the commit of a step runs its body again, with the same key, and nothing else', async () => {
    const kit = await makeKit();
    kit.crashAt('before-commit', { step: Pay });
    const id = await kit.start(TripWorkflow, { days: 1 });
    await kit.advance('1d');

    expect(await kit.completed<Trip>(id)).toMatchObject({ data: { receipt: 'paid for 1 days' } });
    const history = await kit.history(id);
    expect(history).toHaveStartedTimes(Pay, 2);
    for (const step of history.steps) expect(history).toHaveRunOnce(step);
    expect(effects).toEqual(['pack', `pay ${id}:1`, `pay ${id}:1`, 'arrive']);
    expect(history.attempts.map(({ stepName, node, attempt }) => `${stepName} ${attempt} ${node}`)).toEqual([
      'Pack 1 process-1',
      'Pay 1 process-2',
      'Travel 1 process-2',
      'Travel 1 process-2',
      'Arrive 1 process-2',
    ]);
    expect(kit.deaths).toBe(1);
  });

  it('after the commit of a step, or before it begins, runs nothing twice', async () => {
    const kit = await makeKit();
    kit.crashAt('after-commit', { step: 'Pack' });
    kit.crashAt('before-step', { step: 'Arrive' });
    const id = await kit.start(TripWorkflow, { days: 1 });
    await kit.advance('1d');
    const history = await kit.history(id);
    for (const step of [Pack, Pay, Arrive]) expect(history).toHaveStartedTimes(step, 1);
    expect(effects).toEqual(['pack', `pay ${id}:1`, 'arrive']);
    expect(kit.deaths).toBe(2);
  });

  it('takes over by the death of a node, as the store tells it', async () => {
    const kit = await makeKit();
    kit.crashAt('before-commit', { step: Pay });
    await kit.start(TripWorkflow, { days: 1 });
    await kit.settled();
    expect(kit.logs.of('node.taken-over')).toMatchObject([{ fields: { nodeId: 'process-1', instances: 1 } }]);
  });

  it('wakes who slept or waited through it, at the right time', async () => {
    const kit = await makeKit();
    const [trip, wait] = [
      await kit.start(TripWorkflow, { days: 7 }),
      await kit.start(WaitWorkflow, { days: 0 }),
    ];
    await kit.advance('3d');
    await kit.crash();
    await kit.publish('go', 'k', 'now');
    await kit.advance('3.9d');
    expect(await kit.instance(trip)).toMatchObject({ status: 'waiting' });
    await kit.crash();
    await kit.advance('1d');
    expect(await kit.completed(trip)).toMatchObject({ completedAt: new Date('2026-01-08T00:00:00Z') });
    expect(await kit.completed(wait)).toMatchObject({ data: { answer: 'now' } });
  });

  it('loses what a step does at that moment, and the step runs again in the next process', async () => {
    const kit = await makeKit({ patience: 50 });
    let finish: () => void = () => undefined;
    let aborted = false;
    kit.overrideStep(Pay, (step, { signal }) => {
      signal.addEventListener('abort', () => (aborted = true));
      return new Promise<void>((resolve) => {
        finish = () => {
          step.receipt = 'from the first life';
          resolve();
        };
      });
    });
    const id = await kit.start(TripWorkflow, { days: 1 });
    await kit.settled().catch(() => undefined);
    kit.restoreStep(Pay);
    await kit.crash();
    expect(aborted).toBe(true);
    finish();
    await kit.advance('1d');
    expect(await kit.completed<Trip>(id)).toMatchObject({ data: { receipt: 'paid for 1 days' } });
    expect(await kit.history(id)).toHaveStartedTimes(Pay, 2);
  });

  it('leaves whoever had asked without an answer; the same question finds what was done', async () => {
    const kit = await makeKit();
    const order = () => kit.start(TripWorkflow, { days: 1 }, { idempotencyKey: 'once' });
    for (const point of ['before-start', 'after-start'] as const) {
      kit.crashAt(point);
      await expect(order()).rejects.toBeInstanceOf(ProcessDiedError);
    }
    const id = await order();
    expect(await order()).toBe(id);
    await kit.advance('1d');
    expect(await kit.completed(id)).toMatchObject({ status: 'completed' });
    expect((await kit.runner.listInstances()).items).toHaveLength(1);
  });

  it('answers nobody who asked its runner, but for telling them so', async () => {
    const kit = await makeKit();
    kit.crashAt('before-start');
    const { runner } = kit;
    const asked = runner.startWorkflow(TripWorkflow, { days: 1 }).catch((error: unknown) => error);
    await kit.settled();
    expect(await asked).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(runner.startWorkflow(TripWorkflow, { days: 1 })).rejects.toMatchObject({
      code: 'NOT_INITIALIZED',
    });
    expect(kit.runner).not.toBe(runner);
    expect(kit.logs.lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it.each([
    ['before-event', 'waiting'],
    ['after-event', 'completed'],
  ] as const)('%s leaves the instance %s', async (point, status) => {
    const kit = await makeKit();
    const id = await kit.start(WaitWorkflow, { days: 0 });
    await kit.settled();
    kit.crashAt(point);
    await expect(kit.publish('go', 'k')).rejects.toBeInstanceOf(ProcessDiedError);
    await kit.settled();
    expect(await kit.instance(id)).toMatchObject({ status });
  });

  it('may be meant for one instance, and for one passing of many', async () => {
    const kit = await makeKit();
    const ids = [await kit.start(TripWorkflow, { days: 1 }), await kit.start(TripWorkflow, { days: 1 })];
    kit.crashAt('before-commit', { step: Pay, instanceId: ids[1]! });
    await kit.settled();
    const starts = async (): Promise<number[]> =>
      Promise.all(ids.map(async (id) => (await kit.history(id)).starts(Pay)));
    expect(await starts()).toEqual([1, 2]);

    kit.crashAt('before-commit', { passing: 2 });
    const third = await kit.start(TripWorkflow, { days: 1 });
    await kit.settled();
    const history = await kit.history(third);
    expect([history.starts(Pack), history.starts(Pay)]).toEqual([1, 2]);
  });

  it('is possible while the process starts, and again and again', async () => {
    const kit = await WorkflowTestKit.create({
      workflows: [
        {
          nameSpace: 'test',
          name: 'trip',
          version: '1',
          component: TripWorkflow,
          category: 'workflow',
          autoStart: true,
          props: { days: 0 },
        },
      ],
    });
    await kit.settled();
    kit.crashAt('before-start');
    kit.crashAt('after-start');
    await kit.crash();
    await kit.settled();
    expect(kit.deaths).toBe(3);
    expect((await kit.runner.listInstances()).items).toMatchObject([
      { status: 'completed' },
      { status: 'completed' },
    ]);
    await kit.close();
  });

  it('that was planned and never happened is told at the end', async () => {
    const kit = await WorkflowTestKit.create({ workflows: [TripWorkflow] });
    kit.crashAt('after-commit', { step: Arrive, passing: 2 });
    const id = await kit.start(TripWorkflow, { days: 0 });
    await kit.completed(id);
    await expect(kit.close()).rejects.toThrow('Never reached: after-commit of Arrive, passing 2');
    await expect(kit.close()).rejects.toBeInstanceOf(CrashNotReachedError);
  });

  it('of a step that no workflow has is refused', async () => {
    const kit = await makeKit();
    expect(() => kit.crashAt('before-step', { step: 'Fly' })).toThrow(
      'There is no step Fly; there are Pack, Pay, Travel, Arrive, Wait',
    );
    expect(() => kit.crashAt('before-step', { step: class Fly {} })).toThrow(UnknownStepError);
  });
});
