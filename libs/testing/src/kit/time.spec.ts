import { setTimeout as answerAfter } from 'node:timers/promises';
import { ExecutionResult, StepBody, type StepContext } from '@workflow-runner/runner';
import { StillRunningError } from '@workflow-runner/testing';
import '@workflow-runner/testing/vitest';
import { describe, expect, it, vi } from 'vitest';
import {
  Arrive,
  makeKit,
  Pack,
  Pay,
  TripWorkflow,
  WaitWorkflow,
  type Trip,
} from '../../../../test/testing/kit-lab.js';

describe('time in the test kit', () => {
  it('stands still until it is moved, and then stops where something is due', async () => {
    const kit = await makeKit();
    const id = await kit.start(TripWorkflow, { days: 7 });
    await kit.settled();
    expect(kit.now).toEqual(new Date('2026-01-01T00:00:00Z'));
    await kit.advance('6.5d');
    expect(await kit.instance(id)).toMatchObject({ status: 'waiting' });

    await kit.advance('30d');
    const { data } = await kit.completed<Trip>(id);
    expect(data.log).toEqual(['arrived 2026-01-08T00:00:00.000Z']);
    expect(kit.now).toEqual(new Date('2026-02-06T12:00:00Z'));
  });

  it('passes over ten years in no time, and keeps what ended long ago', async () => {
    const kit = await makeKit();
    const first = await kit.start(TripWorkflow, { days: 1 });
    const last = await kit.start(TripWorkflow, { days: 3_650 });
    await kit.advance('3650d');
    expect(await kit.completed(first)).toMatchObject({ completedAt: new Date('2026-01-02T00:00:00Z') });
    expect(await kit.completed(last)).toMatchObject({ status: 'completed' });
  });

  it('deletes what has had its time only where the test asks for it', async () => {
    const lifecycle = { retention: { completed: '1d' } };
    const kit = await makeKit({ props: { components: { lifecycle } } });
    const id = await kit.start(TripWorkflow, { days: 0 });
    await kit.completed(id);
    await kit.advance('23h');
    expect(await kit.instance(id)).toMatchObject({ status: 'completed' });
    await kit.advance('1h');
    await kit.advance('1m');
    await expect(kit.instance(id)).rejects.toThrow('There is no instance');
  });

  it('waits for what a step really does before it moves on', async () => {
    const kit = await makeKit();
    kit.overrideStep(Pack, () => answerAfter(30));
    const id = await kit.start(TripWorkflow, { days: 1 });
    await kit.advance('1d');
    expect(await kit.completed(id)).toMatchObject({ completedAt: new Date('2026-01-02T00:00:00Z') });
  });

  it('is what Date shows, unless the test wants the real one', async () => {
    const real = Date.now();
    const kit = await makeKit({ startAt: '2030-05-05T05:05:05Z' });
    await kit.advance(1_000);
    expect(new Date().toISOString()).toBe('2030-05-05T05:05:06.000Z');
    expect([Date.now(), new Date(0).getTime(), Date.UTC(1970, 0, 2)]).toEqual([
      kit.now.getTime(),
      0,
      86_400_000,
    ]);
    expect(new Date()).toBeInstanceOf(Date);
    expect(Date()).toContain('2030');
    await kit.close();
    expect(Date.now()).toBeGreaterThanOrEqual(real);
    expect(Date.now()).toBeLessThan(real + 60_000);

    await makeKit({ startAt: 0, virtualDate: false });
    expect(Date.now()).toBeGreaterThanOrEqual(real);
  });

  it('fires what is due at this very moment, also of code that uses the clock of the kit', async () => {
    const kit = await makeKit();
    kit.overrideStep(Arrive, () => new Promise<void>((resolve) => kit.clock.setTimer(2_000, resolve)));
    let fired = false;
    kit.clock.setTimer(0, () => (fired = true));
    await kit.settled();
    expect(fired).toBe(true);
    const id = await kit.start(TripWorkflow, { days: 0 });
    await kit.advance('2s', { whileRunning: true });
    expect(await kit.completed(id)).toMatchObject({ completedAt: new Date('2026-01-01T00:00:02Z') });
  });

  it('makes a step fail that does not end, when it passes while the step runs', async () => {
    const kit = await makeKit();
    let signal: AbortSignal | null = null;
    kit.overrideStep(Pay, (_step, context) => {
      ({ signal } = context);
      return new Promise(() => undefined);
    });
    const id = await kit.start(TripWorkflow, { days: 1 });
    await kit.advance('30s', { whileRunning: true });
    expect(signal).toMatchObject({ aborted: true });
    kit.restoreStep(Pay);
    await kit.advance('10s', { whileRunning: true });
    await kit.advance('1d');
    const history = await kit.history(id);
    expect(history).toHaveBeenRetried(Pay, 1);
    expect(history.attempts.find(({ status }) => status === 'retrying')).toMatchObject({
      error: { code: 'STEP_TIMED_OUT' },
    });
    expect(await kit.completed(id)).toMatchObject({ status: 'completed' });
  });

  it('does not move on behind a step that waits for it: the step is named', async () => {
    const kit = await makeKit({ patience: 50 });
    kit.overrideStep(Pay, () => new Promise(() => undefined));
    const id = await kit.start(TripWorkflow, { days: 1 });
    const error = await kit.advance('1d').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StillRunningError);
    expect(error).toMatchObject({
      message: expect.stringContaining(
        `after 0.05 s: step Pay of instance ${id} (default.trip@1.0.0), attempt 1`,
      ),
      steps: [{ instanceId: id, stepName: 'Pay', stepId: 1, attempt: 1 }],
    });
    expect(kit.now).toEqual(new Date('2026-01-01T00:00:00Z'));
  });

  it('gives up on a workflow that goes round without a pause', async () => {
    class Yield extends StepBody {
      override run(): Promise<ExecutionResult> {
        return ExecutionResult.persist(null);
      }
    }
    const kit = await makeKit({ patience: 50 });
    kit.overrideStep(Pack, Yield);
    await kit.start(TripWorkflow, { days: 1 });
    await expect(kit.settled()).rejects.toBeInstanceOf(StillRunningError);
  });

  it('waits for listeners, too, which may start more', async () => {
    const kit = await makeKit();
    let next = '';
    kit.runner.on('completed', async ({ workflowId }) => {
      if (!workflowId.includes('wait')) return;
      await answerAfter(20);
      next = await kit.start(TripWorkflow, { days: 0 });
    });
    await kit.start(WaitWorkflow, { days: 0 });
    await kit.settled();
    await kit.publish('go', 'k');
    await kit.settled();
    expect(await kit.instance(next)).toMatchObject({ status: 'completed' });
  });

  it('tries again, by and by, what no store can keep', async () => {
    const kit = await makeKit();
    kit.overrideStep(Pay, (step) => {
      step.receipt = (() => undefined) as unknown as string;
    });
    const id = await kit.start(TripWorkflow, { days: 1 });
    await kit.advance('1h');
    expect(await kit.instance(id)).toMatchObject({
      status: 'failed',
      error: { code: 'DATA_NOT_SERIALIZABLE' },
    });
    await expect(kit.completed(id)).rejects.toThrow(/is failed and not completed/);
  });

  it('spreads retries in the same way in every run of a test', async () => {
    const run = async (seed: number): Promise<string> => {
      const kit = await makeKit({ seed });
      kit.overrideStep(Pay, () => {
        throw new Error('The bank is closed');
      });
      const id = await kit.start(TripWorkflow, { days: 1 });
      await kit.advance('1h');
      const history = await kit.history(id);
      await kit.close();
      return `${id}\n${history.toString()}`;
    };
    const first = await run(7);
    expect(first).toContain('Pay #3 failed: The bank is closed');
    expect(await run(7)).toBe(first);
    expect(await run(8)).not.toBe(first);
  });

  it('refuses lengths that are none, and fake timers of the test framework', async () => {
    const kit = await makeKit();
    await expect(kit.advance('a week')).rejects.toThrow(TypeError);
    vi.useFakeTimers();
    try {
      await expect(kit.settled()).rejects.toThrow(/Fake timers/);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('what a test sees', () => {
  it('is why an instance waits, and that it is not completed', async () => {
    const kit = await makeKit();
    const id = await kit.start(WaitWorkflow, { days: 0 });
    await expect(kit.completed(id)).rejects.toThrow(/waiting and not completed: Wait \(event\)/);
    expect(await kit.why(id)).toMatchObject({
      pointers: [{ stepName: 'Wait', eventName: 'go', eventKey: 'k' }],
    });
    await kit.publish('go', 'k', { by: 'me' });
    expect(await kit.completed<Trip>(id)).toMatchObject({ data: { answer: { by: 'me' } } });
  });

  it('is an instance that is moved by a signal, started by name', async () => {
    const kit = await makeKit();
    const id = await kit.start('wait', { days: 0 }, { idempotencyKey: 'one' });
    await kit.signal(id, 'now', 'Wait');
    expect(await kit.completed(id)).toMatchObject({ data: { answer: 'now' } });
    expect(await kit.start('wait', { days: 0 }, { idempotencyKey: 'one' })).toBe(id);
    await expect(kit.instance('nobody')).rejects.toThrow('There is no instance nobody');
  });

  it('is what was logged, at the time of the kit', async () => {
    const kit = await makeKit();
    kit.overrideStep(Pay, (_step, context) => context.heartbeat({ done: 0.5 }));
    await kit.start(TripWorkflow, { days: 3 });
    await kit.advance('5d');
    expect(kit.logs.of('step.heartbeat')).toMatchObject([
      { level: 'debug', fields: { progress: { done: 0.5 } } },
    ]);
    expect(kit.logs.of('trip.arrived')).toEqual([
      { level: 'info', message: 'trip.arrived', fields: {}, at: new Date('2026-01-04T00:00:00Z') },
    ]);
  });

  it('is an end of the kit after which nothing is answered', async () => {
    const kit = await makeKit();
    await kit.close();
    await expect(kit.settled()).rejects.toThrow('The kit is closed');
  });
});

describe('a step that is overridden', () => {
  it('gets the inputs of the original and gives its outputs', async () => {
    const kit = await makeKit();
    const seen: unknown[] = [];
    kit.overrideStep(Pay, (step, context: StepContext) => {
      seen.push(step.days, context.attempt, step instanceof Pay);
      step.receipt = 'fake';
    });
    const id = await kit.start(TripWorkflow, { days: 2 });
    await kit.advance('2d');
    expect(await kit.completed(id)).toMatchObject({ data: { receipt: 'fake' } });
    expect(seen).toEqual([2, 1, true]);
    expect((await kit.history(id)).attempts.find(({ stepName }) => stepName === 'Pay')).toMatchObject({
      input: { days: 2 },
    });
  });

  it('may be a class, may say what follows, and may be restored', async () => {
    class PayTwice extends StepBody {
      days = 0;
      receipt = '';

      override run(): Promise<ExecutionResult> {
        this.receipt = `twice for ${this.days}`;
        return ExecutionResult.next();
      }
    }
    const kit = await makeKit();
    kit.overrideStep(Pay, PayTwice);
    kit.overrideStep(Arrive, (_step, { persistenceData }) =>
      persistenceData ? undefined : ExecutionResult.sleep(new Date(Date.now() + 1_000), true),
    );
    const id = await kit.start(TripWorkflow, { days: 1 });
    await kit.advance('1d');
    expect(await kit.why(id)).toMatchObject({ pointers: [{ stepName: 'Arrive', waitingFor: 'timer' }] });
    await kit.advance('1s');
    expect(await kit.completed(id)).toMatchObject({ data: { receipt: 'twice for 1' } });

    kit.restoreStep(Pay);
    const next = await kit.start(TripWorkflow, { days: 0 });
    await kit.advance('1s');
    expect(await kit.completed(next)).toMatchObject({ data: { receipt: 'paid for 0 days' } });
  });
});
